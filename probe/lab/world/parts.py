"""Single objects of a network, each with its Name tag.  ``ec2`` is always a boto3 EC2 client."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def tagged(kind: str, name: str) -> list[dict[str, Any]]:
    """The ``TagSpecifications`` of an object that is made: its name."""
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]


def vpc(ec2: Any, name: str, cidr: str) -> str:
    """A VPC with DNS support and DNS host names on, as private DNS needs them."""
    made = ec2.create_vpc(CidrBlock=cidr, TagSpecifications=tagged("vpc", name))["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=made, EnableDnsHostnames={"Value": True})
    return str(made)


def subnet(ec2: Any, vpc_id: str, name: str, cidr: str, zone: str) -> str:
    made = ec2.create_subnet(
        VpcId=vpc_id, CidrBlock=cidr, AvailabilityZone=zone, TagSpecifications=tagged("subnet", name)
    )
    return str(made["Subnet"]["SubnetId"])


def route_table(ec2: Any, vpc_id: str, name: str, subnets: Iterable[str]) -> str:
    """A route table with nothing but its local route, associated with subnets."""
    made = ec2.create_route_table(VpcId=vpc_id, TagSpecifications=tagged("route-table", name))
    table = str(made["RouteTable"]["RouteTableId"])
    for one in subnets:
        ec2.associate_route_table(RouteTableId=table, SubnetId=one)
    return table


def internet_gateway(ec2: Any, vpc_id: str, name: str) -> str:
    """An internet gateway, attached."""
    made = ec2.create_internet_gateway(TagSpecifications=tagged("internet-gateway", name))
    gateway = str(made["InternetGateway"]["InternetGatewayId"])
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc_id)
    return gateway


def nat_gateway(ec2: Any, subnet_id: str, name: str) -> str:
    """A public NAT gateway with an Elastic IP of its own."""
    address = ec2.allocate_address(Domain="vpc", TagSpecifications=tagged("elastic-ip", name))
    made = ec2.create_nat_gateway(
        SubnetId=subnet_id,
        AllocationId=address["AllocationId"],
        TagSpecifications=tagged("natgateway", name),
    )
    return str(made["NatGateway"]["NatGatewayId"])


def group(ec2: Any, vpc_id: str, name: str, *, https_from: str | None = None) -> str:
    """A security group that lets everything out, and in only TCP 443 from another group, if one is given."""
    made = ec2.create_security_group(
        VpcId=vpc_id,
        GroupName=name,
        Description=f"{name} of the lab",
        TagSpecifications=tagged("security-group", name),
    )["GroupId"]
    if https_from is not None:
        ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[https(https_from)])
    return str(made)


def https(source_group: str) -> dict[str, Any]:
    """The permission for TCP 443 from (or to) a group."""
    pair = {"GroupId": source_group}
    return {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [pair]}


def interface_endpoint(ec2: Any, vpc_id: str, name: str, service_name: str, **more: Any) -> str:
    """An interface endpoint; ``more`` are CreateVpcEndpoint's own parameters (subnets, groups, DNS)."""
    made = ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=vpc_id,
        ServiceName=service_name,
        TagSpecifications=tagged("vpc-endpoint", name),
        **more,
    )
    return str(made["VpcEndpoint"]["VpcEndpointId"])


def gateway_endpoint(ec2: Any, vpc_id: str, name: str, service_name: str, route_tables: Iterable[str]) -> str:
    """A gateway endpoint, associated with route tables."""
    made = ec2.create_vpc_endpoint(
        VpcEndpointType="Gateway",
        VpcId=vpc_id,
        ServiceName=service_name,
        RouteTableIds=list(route_tables),
        TagSpecifications=tagged("vpc-endpoint", name),
    )
    return str(made["VpcEndpoint"]["VpcEndpointId"])
