"""The NAT gateway's own subnet has lost its route to the internet gateway."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
REGION = "eu-central-1"


def build(aws: Any) -> None:
    net = world.nat_vpc(aws)
    aws.client("ec2").delete_route(RouteTableId=net.public_route_table, DestinationCidrBlock="0.0.0.0/0")
    world.service(aws, net)


EXPECT = expect(findings=[("nat-gateway-unusable", "prod")], exit_code=12)
