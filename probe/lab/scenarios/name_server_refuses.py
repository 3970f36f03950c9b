"""The VPC's own name server refuses to answer."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"

ADDRESS = "10.0.0.53"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    world.name_servers(aws, net, "own", ADDRESS)
    world.service(aws, net)


def faults(lab: Any) -> None:
    lab.name_server(ADDRESS, rcode="REFUSED")


EXPECT = expect(findings=[("dns-server-failure", ADDRESS)], exit_code=11)
