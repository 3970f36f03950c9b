"""A DNS Firewall rule group of the VPC blocks the service's domain with NXDOMAIN."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    world.firewall_rule(aws, net, "walled", "*.amazonaws.com", "BLOCK", BlockResponse="NXDOMAIN")
    world.service(aws, net)


EXPECT = expect(findings=[("dns-firewall-blocks", "walled")], exit_code=11)
