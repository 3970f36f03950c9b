"""The key that the secret lies under has a policy that admits its administrators only."""

import json
from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    _, key = world.encrypted_service(aws, world.private_vpc(aws))
    administrators = {"AWS": "arn:aws:iam::123456789012:user/operator"}
    statement = {"Effect": "Allow", "Principal": administrators, "Action": "kms:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=policy)


EXPECT = expect(
    findings=[("kms-key-denies", "arn:aws:kms:us-east-1:123456789012:key/checkout")], exit_code=15
)
