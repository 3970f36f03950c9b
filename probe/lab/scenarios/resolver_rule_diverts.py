"""A Resolver rule forwards Secrets Manager's name to a name server that is not there."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    world.resolver_rule(aws, net, "to-datacentre", "secretsmanager.us-east-1.amazonaws.com", "10.0.1.77")
    world.service(aws, net)


EXPECT = expect(findings=[("resolver-rule-diverts", "to-datacentre")], exit_code=11)
