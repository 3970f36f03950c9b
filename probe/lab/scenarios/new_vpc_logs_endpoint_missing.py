"""A VPC without a service lacks the endpoint that any task's logs go to."""

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
    world.private_vpc(aws, endpoints=("ecr.api", "ecr.dkr", "secretsmanager", "s3"))
    world.foundation(aws)


EXPECT = expect(findings=[("vpc-endpoint-missing", "com.amazonaws.us-east-1.logs")], exit_code=12)
