"""A statement of the execution role denies what another one allows."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    policy = world.execution_policy()
    denial = {"Effect": "Deny", "Action": "secretsmanager:*", "Resource": "*"}
    world.service(aws, world.private_vpc(aws), policy={**policy, "Statement": [*policy["Statement"], denial]})


EXPECT = expect(
    findings=[("explicit-deny", "arn:aws:iam::123456789012:role/checkout-execution")], exit_code=15
)
