"""The internet gateway that the public route leads to was detached."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.public_vpc(aws)
    aws.client("ec2").detach_internet_gateway(InternetGatewayId=net.internet_gateway, VpcId=net.vpc)
    world.service(aws, net)


EXPECT = expect(findings=[("route-blackholed", "prod-public/0.0.0.0/0")], exit_code=12)
