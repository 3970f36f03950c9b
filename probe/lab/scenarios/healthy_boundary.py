"""The execution role's permissions boundary admits just what a start needs, by wildcards."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    made = world.service(aws, world.private_vpc(aws))
    start = {"Effect": "Allow", "Action": ["ecr:*", "logs:*", "secretsmanager:Get*"], "Resource": "*"}
    denial = {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}
    world.boundary(aws, made.execution_role, "guardrail", start, denial)


EXPECT = expect(findings=[], exit_code=0)
