"""The NAT gateway's subnet admits replies to Linux's ports alone; a NAT gateway uses lower ones too."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.nat_vpc(aws)
    acl = world.network_acl(aws, net, "public", [net.public_subnet])
    world.deny(aws, acl, 90, 1024, 32767, egress=False)
    world.service(aws, net)


EXPECT = expect(findings=[("nacl-blocks-reply", "public/ingress/90")], exit_code=12)
