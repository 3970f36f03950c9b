"""The private subnets' network ACL denies what leaves for 443."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.nat_vpc(aws)
    world.deny(aws, world.network_acl(aws, net, "prod-private"), 80, 443, 443, egress=True)
    world.service(aws, net)


EXPECT = expect(findings=[("nacl-blocks-request", "prod-private/egress/80")], exit_code=12)
