"""A service in public subnets whose tasks get public addresses: it starts."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.public_vpc(aws))


EXPECT = expect(exit_code=0)
