"""Changes that several scenarios make to a network once it stands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from probe.lab.world import parts
from probe.lab.world.networks import Network

_EVERYTHING = {"Protocol": "-1", "RuleAction": "allow", "CidrBlock": "0.0.0.0/0"}


def regroup_endpoint(aws: Any, net: Network, suffix: str, group_name: str) -> str:
    """Give one interface endpoint a new security group, which admits nobody.  Answers the group's id."""
    ec2 = aws.client("ec2")
    group = parts.group(ec2, net.vpc, group_name)
    ec2.modify_vpc_endpoint(
        VpcEndpointId=net.endpoints[suffix],
        AddSecurityGroupIds=[group],
        RemoveSecurityGroupIds=[net.endpoint_group],
    )
    return group


def endpoint_policy(aws: Any, net: Network, suffix: str, action: str, resource: str) -> None:
    """Let one endpoint's policy admit nothing but an action on a resource, for everybody."""
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource}
    aws.client("ec2").modify_vpc_endpoint(
        VpcEndpointId=net.endpoints[suffix],
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


def name_servers(aws: Any, net: Network, name: str, *addresses: str) -> str:
    """Give the VPC DHCP options with name servers of its own.  Answers their id."""
    ec2 = aws.client("ec2")
    asked = [{"Key": "domain-name-servers", "Values": list(addresses)}]
    options = str(ec2.create_dhcp_options(DhcpConfigurations=asked)["DhcpOptions"]["DhcpOptionsId"])
    # moto drops the tags that CreateDhcpOptions itself is given.
    ec2.create_tags(Resources=[options], Tags=[{"Key": "Name", "Value": name}])
    ec2.associate_dhcp_options(DhcpOptionsId=options, VpcId=net.vpc)
    return options


def network_acl(aws: Any, net: Network, name: str, subnets: Sequence[str] = ()) -> str:
    """Give subnets (else the service's) an ACL of their own, which allows everything.  Answers its id."""
    ec2 = aws.client("ec2")
    made = ec2.create_network_acl(VpcId=net.vpc, TagSpecifications=parts.tagged("network-acl", name))
    acl = str(made["NetworkAcl"]["NetworkAclId"])
    for egress in (True, False):
        ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=100, Egress=egress, **_EVERYTHING)
    for association in _associations(ec2, subnets or net.subnets):
        ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=acl)
    return acl


def deny(aws: Any, acl: str, number: int, first: int, last: int, *, egress: bool) -> None:
    """One more entry of an ACL, which denies TCP to these ports, to or from everywhere."""
    aws.client("ec2").create_network_acl_entry(
        NetworkAclId=acl,
        RuleNumber=number,
        Protocol="6",
        RuleAction="deny",
        Egress=egress,
        CidrBlock="0.0.0.0/0",
        PortRange={"From": first, "To": last},
    )


def nat_instance(aws: Any, net: Network, name: str = "nat") -> str:
    """Put an instance that translates in the NAT gateway's place.  Answers its id, which is also named so."""
    ec2 = aws.client("ec2")
    group = parts.group(ec2, net.vpc, f"{name}-instance")
    inward = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=inward)
    (made,) = ec2.run_instances(
        ImageId="ami-0c0ffee0c0ffee0c0",
        MinCount=1,
        MaxCount=1,
        SubnetId=net.public_subnet,
        SecurityGroupIds=[group],
        TagSpecifications=parts.tagged("instance", name),
    )["Instances"]
    instance = str(made["InstanceId"])
    ec2.modify_instance_attribute(InstanceId=instance, SourceDestCheck={"Value": False})
    ec2.delete_nat_gateway(NatGatewayId=net.nat_gateway)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.associate_address(AllocationId=address, InstanceId=instance)
    ec2.replace_route(RouteTableId=net.route_tables[0], DestinationCidrBlock="0.0.0.0/0", InstanceId=instance)
    return instance


def _associations(ec2: Any, subnets: Sequence[str]) -> list[str]:
    filters = [{"Name": "association.subnet-id", "Values": list(subnets)}]
    found = ec2.describe_network_acls(Filters=filters)["NetworkAcls"]
    bound = (one for acl in found for one in acl["Associations"] if one["SubnetId"] in subnets)
    return [one["NetworkAclAssociationId"] for one in bound]
