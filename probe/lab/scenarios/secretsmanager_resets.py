"""Something on the way resets every connection to Secrets Manager as soon as it stands."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws))


def faults(lab: Any) -> None:
    lab.reset("secretsmanager")


EXPECT = expect(findings=[("connection-reset", "secretsmanager.us-east-1.amazonaws.com:443")], exit_code=12)
