"""The endpoint for Secrets Manager could not be made: its state is failed."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws))


def faults(lab: Any) -> None:
    lab.endpoint("secretsmanager", "failed")


EXPECT = expect(findings=[("vpc-endpoint-unavailable", "prod-secretsmanager")], exit_code=12)
