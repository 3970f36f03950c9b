"""One of the VPC's two name servers is slow, the other sends everybody to TCP; both answer in the end."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"

SLOW, TRUNCATING = "10.0.0.53", "10.0.1.53"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    world.name_servers(aws, net, "own", SLOW, TRUNCATING)
    world.service(aws, net)


def faults(lab: Any) -> None:
    lab.name_server(SLOW, delay=0.5)
    lab.name_server(TRUNCATING, truncate=True)


EXPECT = expect(findings=[], exit_code=0)
