"""A service in private subnets with every endpoint it needs: it starts."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws))


EXPECT = expect(exit_code=0)
