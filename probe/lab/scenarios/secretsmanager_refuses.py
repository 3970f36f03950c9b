"""Nobody listens where Secrets Manager should: connections are refused."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws))


def faults(lab: Any) -> None:
    lab.refuse("secretsmanager")


EXPECT = expect(findings=[("connection-refused", "secretsmanager.us-east-1.amazonaws.com:443")], exit_code=12)
