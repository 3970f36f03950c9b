"""One of the VPC's own name servers is dead and the other refuses to answer."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"

DEAD, REFUSING = "10.0.0.53", "10.0.1.53"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    world.name_servers(aws, net, "own", DEAD, REFUSING)
    world.service(aws, net)


def faults(lab: Any) -> None:
    lab.name_server(REFUSING, rcode="REFUSED")


EXPECT = expect(
    findings=[("dns-resolver-unreachable", "own"), ("dns-server-failure", REFUSING)], exit_code=11
)
