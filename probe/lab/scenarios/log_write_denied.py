"""The execution role may make a log stream and may not write to it."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    policy = world.execution_policy(without=("logs:PutLogEvents",))
    world.service(aws, world.private_vpc(aws), policy=policy)


EXPECT = expect(
    findings=[("log-write-denied", "arn:aws:iam::123456789012:role/checkout-execution")], exit_code=0
)
