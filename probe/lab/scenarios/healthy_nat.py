"""A service in private subnets behind a NAT gateway: it starts."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.nat_vpc(aws))


EXPECT = expect(exit_code=0)
