"""DNS Firewall admits AWS and blocks the rest, and a Resolver rule forwards another domain to nowhere."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    world.firewall_rule(aws, net, "aws-only", "*.amazonaws.com", "ALLOW", priority=101)
    world.firewall_rule(aws, net, "the-rest", "*", "BLOCK", priority=102, BlockResponse="NODATA")
    world.resolver_rule(aws, net, "to-datacentre", "corp.example", "10.0.1.77")
    world.service(aws, net)


EXPECT = expect(findings=[], exit_code=0)
