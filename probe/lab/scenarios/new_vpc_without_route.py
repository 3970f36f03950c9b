"""A VPC without a service has a NAT gateway, and its private subnets no route to it."""

from typing import Any

from probe.lab import expect, world

CLUSTER = "prod"
ARGUMENTS = (
    "--subnets",
    "prod-private-us-east-1a,prod-private-us-east-1b",
    "--security-groups",
    "service",
    "--role",
    "tasks",
)


def build(aws: Any) -> None:
    net = world.nat_vpc(aws)
    aws.client("ec2").delete_route(RouteTableId=net.route_tables[0], DestinationCidrBlock="0.0.0.0/0")
    world.foundation(aws)


EXPECT = expect(findings=[("no-route-to-internet", "prod-private")], exit_code=12)
