"""The private route leads to a transit gateway that was deleted."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws, endpoints=())
    ec2 = aws.client("ec2")
    gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    attached = ec2.create_transit_gateway_vpc_attachment(
        TransitGatewayId=gateway, VpcId=net.vpc, SubnetIds=list(net.subnets)
    )["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]
    ec2.create_route(
        RouteTableId=net.route_tables[0], DestinationCidrBlock="0.0.0.0/0", TransitGatewayId=gateway
    )
    ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attached)
    ec2.delete_transit_gateway(TransitGatewayId=gateway)
    world.service(aws, net)


EXPECT = expect(findings=[("route-blackholed", "prod-private/0.0.0.0/0")], exit_code=12)
