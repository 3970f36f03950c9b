"""The VPC's own name server asks the world and not the VPC's resolver, so it knows no endpoint."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"

ADDRESS = "10.0.0.53"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    world.name_servers(aws, net, "own", ADDRESS)
    world.service(aws, net)


def faults(lab: Any) -> None:
    lab.name_server(ADDRESS, upstream="world")


EXPECT = expect(findings=[("private-dns-disabled", "prod")], exit_code=12)
