"""VPC Block Public Access lets nothing in; a NAT gateway only lets out, so it goes on working."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.nat_vpc(aws))
    aws.client("ec2").modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-ingress")


EXPECT = expect(exit_code=0)
