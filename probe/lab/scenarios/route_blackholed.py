"""The NAT gateway that the private route leads to was deleted."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.nat_vpc(aws)
    aws.client("ec2").delete_nat_gateway(NatGatewayId=net.nat_gateway)
    world.service(aws, net)


EXPECT = expect(findings=[("route-blackholed", "prod-private/0.0.0.0/0")], exit_code=12)
