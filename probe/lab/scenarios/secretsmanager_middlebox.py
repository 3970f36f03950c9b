"""A middlebox answers in place of Secrets Manager."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws))


def faults(lab: Any) -> None:
    lab.middlebox("secretsmanager")


EXPECT = expect(
    findings=[("answered-by-middlebox", "secretsmanager.us-east-1.amazonaws.com:443")], exit_code=14
)
