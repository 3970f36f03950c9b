"""The private route leads to a private NAT gateway, which no internet gateway carries."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.nat_vpc(aws)
    ec2 = aws.client("ec2")
    tags = [{"ResourceType": "natgateway", "Tags": [{"Key": "Name", "Value": "inner"}]}]
    inner = ec2.create_nat_gateway(
        SubnetId=net.public_subnet, ConnectivityType="private", TagSpecifications=tags
    )["NatGateway"]["NatGatewayId"]
    ec2.replace_route(RouteTableId=net.route_tables[0], DestinationCidrBlock="0.0.0.0/0", NatGatewayId=inner)
    world.service(aws, net)


EXPECT = expect(findings=[("nat-gateway-unusable", "inner")], exit_code=12)
