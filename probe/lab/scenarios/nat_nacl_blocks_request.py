"""The network ACL of the NAT gateway's subnet denies what comes in for 443."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.nat_vpc(aws)
    acl = world.network_acl(aws, net, "public", [net.public_subnet])
    world.deny(aws, acl, 90, 443, 443, egress=False)
    world.service(aws, net)


EXPECT = expect(findings=[("nacl-blocks-request", "public/ingress/90")], exit_code=12)
