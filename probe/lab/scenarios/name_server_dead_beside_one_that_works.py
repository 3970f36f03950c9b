"""The first of two name servers is dead; every name takes seconds, and comes in the end."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"

DEAD = "10.0.0.53"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    world.name_servers(aws, net, "own", DEAD, "AmazonProvidedDNS")
    world.service(aws, net)


EXPECT = expect(findings=[("dns-resolver-unreachable", "own")], exit_code=0)
