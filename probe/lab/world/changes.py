"""Changes that several scenarios make to a network once it stands."""

from __future__ import annotations

import json
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


def network_acl(aws: Any, net: Network, name: str) -> str:
    """Give the service's subnets a network ACL of their own, which allows everything.  Answers its id."""
    ec2 = aws.client("ec2")
    made = ec2.create_network_acl(VpcId=net.vpc, TagSpecifications=parts.tagged("network-acl", name))
    acl = str(made["NetworkAcl"]["NetworkAclId"])
    for egress in (True, False):
        ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=100, Egress=egress, **_EVERYTHING)
    for association in _associations(ec2, net):
        ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=acl)
    return acl


def _associations(ec2: Any, net: Network) -> list[str]:
    filters = [{"Name": "association.subnet-id", "Values": list(net.subnets)}]
    found = ec2.describe_network_acls(Filters=filters)["NetworkAcls"]
    bound = (one for acl in found for one in acl["Associations"] if one["SubnetId"] in net.subnets)
    return [one["NetworkAclAssociationId"] for one in bound]
