"""The environment file's bucket denies whoever does not come through another VPC's endpoint."""

import json
from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


FILE = "arn:aws:s3:::checkout-settings/checkout.env"
FILES = {"arn:aws:s3:::checkout-settings*": ("s3:GetObject", "s3:GetBucketLocation", "s3:ListBucket")}


def build(aws: Any) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="checkout-settings")
    s3.put_object(Bucket="checkout-settings", Key="checkout.env", Body=b"DB_HOST=db.internal\n")
    past = {"StringNotEquals": {"aws:SourceVpce": "vpce-0123456789abcdef0"}}
    denial = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": FILE,
        "Condition": past,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [denial]})
    s3.put_bucket_policy(Bucket="checkout-settings", Policy=policy)
    container = {"environmentFiles": [{"value": FILE, "type": "s3"}]}
    policy_of_role = world.execution_policy(also=FILES)
    world.service(aws, world.private_vpc(aws), policy=policy_of_role, container=container)


EXPECT = expect(findings=[("explicit-deny", "arn:aws:s3:::checkout-settings")], exit_code=15)
