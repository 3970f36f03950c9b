"""The NAT instance still checks source and destination, so it forwards nothing."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.nat_vpc(aws)
    instance = world.nat_instance(aws, net)
    aws.client("ec2").modify_instance_attribute(InstanceId=instance, SourceDestCheck={"Value": True})
    world.service(aws, net)


EXPECT = expect(findings=[("nat-gateway-unusable", "nat")], exit_code=12)
