"""DNS host names of the VPC are switched off, and with them the private DNS of its endpoints."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    aws.client("ec2").modify_vpc_attribute(VpcId=net.vpc, EnableDnsHostnames={"Value": False})
    world.service(aws, net)


EXPECT = expect(findings=[("private-dns-disabled", "prod")], exit_code=12)
