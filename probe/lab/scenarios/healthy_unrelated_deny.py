"""The execution role is denied something that a start does not need."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    policy = world.execution_policy()
    denial = {"Effect": "Deny", "Action": "secretsmanager:DeleteSecret", "Resource": "*"}
    world.service(aws, world.private_vpc(aws), policy={**policy, "Statement": [*policy["Statement"], denial]})


EXPECT = expect(findings=[], exit_code=0)
