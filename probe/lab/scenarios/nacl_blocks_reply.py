"""The private subnets' network ACL lets requests out and denies the replies' port range."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.nat_vpc(aws)
    world.deny(aws, world.network_acl(aws, net, "prod-private"), 90, 32768, 60999, egress=False)
    world.service(aws, net)


EXPECT = expect(findings=[("nacl-blocks-reply", "prod-private/ingress/90")], exit_code=12)
