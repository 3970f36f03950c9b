"""Secrets Manager fails with a 503."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws))


def faults(lab: Any) -> None:
    lab.fail("secretsmanager", status=503)


EXPECT = expect(findings=[("service-failing", "secretsmanager")], exit_code=14)
