"""A spoke VPC leaves through a transit gateway and the NAT gateway of a hub VPC: it starts."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
ANYWHERE, SPOKE = "0.0.0.0/0", "10.0.0.0/16"


def build(aws: Any) -> None:
    ec2, net = aws.client("ec2"), world.private_vpc(aws, endpoints=())
    hub = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    # One zone: a gateway serves those alone in which it has a subnet, and replies leave from the outer one.
    outer, inner = (subnet(ec2, hub, cidr) for cidr in ("10.1.0.0/24", "10.1.1.0/24"))
    gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    attach(ec2, gateway, net.vpc, list(net.subnets))
    attached = attach(ec2, gateway, hub, [inner])
    (table,) = ec2.describe_transit_gateway_route_tables()["TransitGatewayRouteTables"]
    ec2.create_transit_gateway_route(
        TransitGatewayRouteTableId=table["TransitGatewayRouteTableId"],
        DestinationCidrBlock=ANYWHERE,
        TransitGatewayAttachmentId=attached,
    )
    igw = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=igw, VpcId=hub)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=outer, AllocationId=address)["NatGateway"]["NatGatewayId"]
    route(ec2, net.route_tables[0], ANYWHERE, TransitGatewayId=gateway)
    route(ec2, table_for(ec2, hub, inner), ANYWHERE, NatGatewayId=nat)
    outside = table_for(ec2, hub, outer)
    route(ec2, outside, ANYWHERE, GatewayId=igw)
    route(ec2, outside, SPOKE, TransitGatewayId=gateway)
    world.service(aws, net)


def subnet(ec2: Any, vpc: str, cidr: str) -> str:
    made = ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone="us-east-1a")
    return str(made["Subnet"]["SubnetId"])


def attach(ec2: Any, gateway: str, vpc: str, subnets: list[str]) -> str:
    made = ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=gateway, VpcId=vpc, SubnetIds=subnets)
    return str(made["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"])


def table_for(ec2: Any, vpc: str, subnet: str) -> str:
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    return str(table)


def route(ec2: Any, table: str, block: str, **target: str) -> None:
    ec2.create_route(RouteTableId=table, DestinationCidrBlock=block, **target)


EXPECT = expect(exit_code=0)
