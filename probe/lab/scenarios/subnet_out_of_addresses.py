"""A small subnet, whose every address is taken."""

from dataclasses import replace
from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    ec2, net = aws.client("ec2"), world.private_vpc(aws, azs=1)
    small = ec2.create_subnet(VpcId=net.vpc, CidrBlock="10.0.200.0/28", AvailabilityZone="us-east-1a")
    subnet = small["Subnet"]["SubnetId"]
    ec2.associate_route_table(RouteTableId=net.route_tables[0], SubnetId=subnet)
    ec2.create_tags(Resources=[subnet], Tags=[{"Key": "Name", "Value": "small"}])
    for _ in range(small["Subnet"]["AvailableIpAddressCount"]):
        ec2.create_network_interface(SubnetId=subnet)
    world.service(aws, replace(net, subnets=(subnet,)))


EXPECT = expect(findings=[("subnet-out-of-addresses", "small")], exit_code=20)
