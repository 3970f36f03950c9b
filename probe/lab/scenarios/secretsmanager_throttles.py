"""Secrets Manager tells every call to slow down."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws))


def faults(lab: Any) -> None:
    lab.throttle("secretsmanager")


EXPECT = expect(findings=[("service-throttling", "secretsmanager")], exit_code=14)
