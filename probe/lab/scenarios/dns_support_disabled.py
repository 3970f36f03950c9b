"""DNS support of the VPC is switched off, and nothing in it has a name."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.nat_vpc(aws)
    aws.client("ec2").modify_vpc_attribute(VpcId=net.vpc, EnableDnsSupport={"Value": False})
    world.service(aws, net)


EXPECT = expect(findings=[("dns-support-disabled", "prod")], exit_code=11)
