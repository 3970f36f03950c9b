"""A VPC without a service: tasks in its private subnets could start."""

from typing import Any

from probe.lab import expect, world

CLUSTER = "prod"
ARGUMENTS = (
    "--subnets",
    "prod-private-us-east-1a,prod-private-us-east-1b",
    "--security-groups",
    "service",
    "--role",
    "tasks",
)


def build(aws: Any) -> None:
    world.private_vpc(aws)
    world.foundation(aws)


EXPECT = expect(exit_code=0)
