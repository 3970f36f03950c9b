"""The repository's own policy denies pulls to everybody."""

import json
from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws))
    denial = {"Sid": "Frozen", "Effect": "Deny", "Principal": "*", "Action": "ecr:BatchGetImage"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [denial]})
    aws.client("ecr").set_repository_policy(repositoryName="checkout", policyText=policy)


EXPECT = expect(
    findings=[("explicit-deny", "arn:aws:ecr:us-east-1:123456789012:repository/checkout")], exit_code=15
)
