"""The VPC's own name server answers over UDP alone; every answer fits, so far."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
ADDRESS = "10.0.0.53"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    world.name_servers(aws, net, "own", ADDRESS)
    world.service(aws, net)


def faults(lab: Any) -> None:
    lab.name_server(ADDRESS, drop="tcp")


EXPECT = expect(findings=[("dns-tcp-blocked", "own")], exit_code=0)
