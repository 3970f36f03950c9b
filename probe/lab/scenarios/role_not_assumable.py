"""The execution role trusts EC2, and not ECS's tasks."""

import json
from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    made = world.service(aws, world.private_vpc(aws))
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = made.execution_role.rpartition("/")[2]
    aws.client("iam").update_assume_role_policy(RoleName=role, PolicyDocument=trust)


EXPECT = expect(
    findings=[("role-not-assumable", "arn:aws:iam::123456789012:role/checkout-execution")], exit_code=15
)
