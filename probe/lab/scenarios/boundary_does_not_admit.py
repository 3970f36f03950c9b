"""The execution role's permissions boundary forgets Secrets Manager."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    made = world.service(aws, world.private_vpc(aws))
    statement = {"Effect": "Allow", "Action": ["ecr:*", "logs:*", "s3:*"], "Resource": "*"}
    world.boundary(aws, made.execution_role, "guardrail", statement)


EXPECT = expect(
    findings=[("identity-policy-denies", "arn:aws:iam::123456789012:role/checkout-execution")], exit_code=15
)
