"""The VPC has a name server of its own, and it works."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
ADDRESS = "10.0.0.53"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    world.name_servers(aws, net, "own", ADDRESS)
    world.service(aws, net)


def faults(lab: Any) -> None:
    lab.name_server(ADDRESS)


EXPECT = expect(findings=[], exit_code=0)
