"""There is a NAT gateway, and the private subnets' route table has no route to it."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.nat_vpc(aws)
    aws.client("ec2").delete_route(RouteTableId=net.route_tables[0], DestinationCidrBlock="0.0.0.0/0")
    world.service(aws, net)


EXPECT = expect(findings=[("no-route-to-internet", "prod-private")], exit_code=12)
