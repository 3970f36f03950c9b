"""Another zone's network ACL denies 443: each endpoint's address there is dead, the near one works."""

from dataclasses import replace
from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    world.deny(aws, world.network_acl(aws, net, "far", net.subnets[1:]), 90, 443, 443, egress=False)
    world.service(aws, replace(net, subnets=net.subnets[:1]))


EXPECT = expect(findings=[("nacl-blocks-request", "far/ingress/90")], exit_code=0)
