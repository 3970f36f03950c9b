"""The NAT instance that the private route leads to was stopped."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.nat_vpc(aws)
    aws.client("ec2").stop_instances(InstanceIds=[world.nat_instance(aws, net)])
    world.service(aws, net)


EXPECT = expect(findings=[("nat-gateway-unusable", "nat")], exit_code=12)
