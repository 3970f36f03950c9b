"""The secret's policy denies whoever does not come through the VPC's endpoint, and the task does."""

import json
from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    made = world.service(aws, net)
    past = {"StringNotEquals": {"aws:SourceVpce": net.endpoints["secretsmanager"]}}
    denial = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "secretsmanager:GetSecretValue",
        "Resource": "*",
        "Condition": past,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [denial]})
    aws.client("secretsmanager").put_resource_policy(SecretId=made.secret, ResourcePolicy=policy)


EXPECT = expect(findings=[], exit_code=0)
