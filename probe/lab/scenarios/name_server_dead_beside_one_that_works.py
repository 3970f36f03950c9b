"""The second of two name servers is dead: names resolve, for as long as the first one is asked first."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"

DEAD = "10.0.0.53"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    world.name_servers(aws, net, "own", "AmazonProvidedDNS", DEAD)
    world.service(aws, net)


EXPECT = expect(findings=[("dns-resolver-unreachable", "own")], exit_code=0)
