"""A NAT instance in the place of a NAT gateway: it starts."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.nat_vpc(aws)
    world.nat_instance(aws, net)
    world.service(aws, net)


EXPECT = expect(exit_code=0)
