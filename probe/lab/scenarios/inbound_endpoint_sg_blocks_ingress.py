"""The VPC's name servers are an inbound Resolver endpoint, whose security group admits nobody."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
ADDRESSES = ("10.0.0.53", "10.0.1.53")


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    group = aws.client("ec2").create_security_group(VpcId=net.vpc, GroupName="resolver", Description="DNS")
    places = zip(net.subnets, ADDRESSES, strict=True)
    aws.client("route53resolver").create_resolver_endpoint(
        CreatorRequestId="inbound",
        Name="inbound",
        Direction="INBOUND",
        SecurityGroupIds=[group["GroupId"]],
        IpAddresses=[{"SubnetId": subnet, "Ip": address} for subnet, address in places],
    )
    world.name_servers(aws, net, "own", *ADDRESSES)
    world.service(aws, net)


EXPECT = expect(findings=[("dns-resolver-unreachable", "resolver")], exit_code=11)
