"""The execution role's permissions boundary denies what its own policy allows."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    made = world.service(aws, world.private_vpc(aws))
    statements = [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "secretsmanager:GetSecretValue", "Resource": made.secret},
    ]
    world.boundary(aws, made.execution_role, "guardrail", *statements)


EXPECT = expect(findings=[("explicit-deny", "arn:aws:iam::123456789012:policy/guardrail")], exit_code=15)
