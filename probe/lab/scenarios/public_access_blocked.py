"""VPC Block Public Access is on in both directions, and the VPC's NAT gateway is no exception."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.nat_vpc(aws))
    aws.client("ec2").modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-bidirectional")


EXPECT = expect(findings=[("public-access-blocked", "prod")], exit_code=12)
