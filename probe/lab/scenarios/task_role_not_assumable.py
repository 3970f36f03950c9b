"""The task role trusts EC2, and not ECS's tasks; the execution role is as it should be."""

import json
from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = aws.client("iam").create_role(RoleName="checkout", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    world.service(aws, world.private_vpc(aws), definition={"taskRoleArn": role})


EXPECT = expect(findings=[("role-not-assumable", "arn:aws:iam::123456789012:role/checkout")], exit_code=15)
