"""A hosted zone of another VPC, shared with this one, claims AWS's domain and lacks the names."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    hub = world.private_vpc(aws, azs=1, endpoints=(), name="hub")
    zone = world.hosted_zone(aws, hub, "us-east-1.amazonaws.com", {})
    net = world.nat_vpc(aws)
    place = {"VPCRegion": aws.region_name, "VPCId": net.vpc}
    aws.client("route53").associate_vpc_with_hosted_zone(HostedZoneId=zone, VPC=place)
    world.service(aws, net)


EXPECT = expect(findings=[("dns-name-not-found", "us-east-1.amazonaws.com")], exit_code=11)
