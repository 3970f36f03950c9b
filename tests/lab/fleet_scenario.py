"""Three services of one network: two share a role, and the secret of one of these is gone."""

from __future__ import annotations

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
GONE = "arn:aws:secretsmanager:us-east-1:123456789012:secret:gone-AbCdEf"
ALLOW = {"Effect": "Allow", "Action": ["ecr:*", "logs:*", "secretsmanager:*"], "Resource": "*"}
SHARED = {"Version": "2012-10-17", "Statement": ALLOW}


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    world.foundation(aws)
    world.service(aws, net, name="billing")
    role = world.service(aws, net, policy=SHARED).execution_role
    world.service(aws, net, name="search", secret=GONE, definition={"executionRoleArn": role})


EXPECT = expect(findings=[("secret-not-found", GONE)], exit_code=16)
