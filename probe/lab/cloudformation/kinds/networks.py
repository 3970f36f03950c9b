"""VPCs, subnets, gateways and routes."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from probe.lab.cloudformation.kinds.kind import Hands, Made, Maker, Properties, plain, remade, tagged, without

_DNS = ("EnableDnsSupport", "EnableDnsHostnames")
_SWITCHES = ("MapPublicIpOnLaunch", "AssignIpv6AddressOnCreation")
_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


def _vpc(hands: Hands, given: Properties) -> Made:
    answer = hands.call("ec2", "create_vpc", tagged(without(given, *_DNS), "vpc"))["Vpc"]
    return _named(hands, answer, given)


def _named(hands: Hands, vpc: Properties, given: Properties) -> Made:
    """The VPC with its DNS as it is wanted; whatever else changes wants another."""
    identity = {"VpcId": vpc["VpcId"]}
    for name in _DNS:
        if name in given:
            hands.call("ec2", "modify_vpc_attribute", {**identity, name: {"Value": given[name]}})

    def change(other: Properties) -> Made | None:
        same = without(other, *_DNS, "Tags") == without(given, *_DNS, "Tags")
        return _named(hands, vpc, other) if same else None

    undo = partial(hands.call, "ec2", "delete_vpc", identity)
    return Made(vpc["VpcId"], undo, _of(hands, vpc), change)


def _of(hands: Hands, vpc: Properties) -> dict[str, Any]:
    ec2, inside = hands.client("ec2"), {"Name": "vpc-id", "Values": [vpc["VpcId"]]}
    groups = [inside, {"Name": "group-name", "Values": ["default"]}]
    acls = [inside, {"Name": "default", "Values": ["true"]}]
    return {
        "VpcId": vpc["VpcId"],
        "CidrBlock": vpc["CidrBlock"],
        "Ipv6CidrBlocks": lambda: _sixes(ec2, vpc["VpcId"]),
        "DefaultSecurityGroup": lambda: ec2.describe_security_groups(Filters=groups)["SecurityGroups"][0][
            "GroupId"
        ],
        "DefaultNetworkAcl": lambda: ec2.describe_network_acls(Filters=acls)["NetworkAcls"][0][
            "NetworkAclId"
        ],
    }


def _sixes(ec2: Any, vpc: str) -> list[str]:
    found = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0].get("Ipv6CidrBlockAssociationSet", [])
    return [one["Ipv6CidrBlock"] for one in found]


def _block(hands: Hands, given: Properties) -> Made:
    answer = hands.call("ec2", "associate_vpc_cidr_block", given)
    made = answer.get("CidrBlockAssociation") or answer["Ipv6CidrBlockAssociation"]
    identity = made["AssociationId"]
    return Made(
        identity, lambda: hands.call("ec2", "disassociate_vpc_cidr_block", {"AssociationId": identity})
    )


def _subnet(hands: Hands, given: Properties) -> Made:
    wanted = without(given, *_SWITCHES, "PrivateDnsNameOptionsOnLaunch")
    answer = hands.call("ec2", "create_subnet", tagged(wanted, "subnet"))["Subnet"]
    return _switched(hands, answer, given)


def _switched(hands: Hands, answer: Properties, given: Properties) -> Made:
    """The subnet with its switches as they are wanted; whatever else changes wants another."""
    subnet = {"SubnetId": answer["SubnetId"]}
    for switch in _SWITCHES:
        if switch in given:
            hands.call("ec2", "modify_subnet_attribute", {**subnet, switch: {"Value": given[switch]}})

    def change(other: Properties) -> Made | None:
        same = without(other, *_SWITCHES, "Tags") == without(given, *_SWITCHES, "Tags")
        return _switched(hands, answer, dict.fromkeys(_SWITCHES, False) | dict(other)) if same else None

    attributes = {name: answer[name] for name in ("SubnetId", "AvailabilityZone", "VpcId", "CidrBlock")}
    undo = partial(hands.call, "ec2", "delete_subnet", subnet)
    return Made(answer["SubnetId"], undo, attributes, change)


def _sixes_of_subnet(hands: Hands, given: Properties) -> Made:
    answer = hands.call("ec2", "associate_subnet_cidr_block", without(given, "Ipv6NetmaskLength"))
    identity = answer["Ipv6CidrBlockAssociation"]["AssociationId"]
    undo = partial(hands.call, "ec2", "disassociate_subnet_cidr_block", {"AssociationId": identity})
    return Made(identity, undo, {"Id": identity})


def _attachment(hands: Hands, given: Properties) -> Made:
    """An internet or a VPN gateway's."""
    kind = "internet" if "InternetGatewayId" in given else "vpn"
    hands.call("ec2", f"attach_{kind}_gateway", given)
    return Made(
        f"{'IGW' if kind == 'internet' else 'VGW'}|{given['VpcId']}",
        lambda: hands.call("ec2", f"detach_{kind}_gateway", given),
    )


def _route(hands: Hands, given: Properties) -> Made:
    """Changed by undoing and making again, whatever its target was and becomes."""
    hands.call("ec2", "create_route", given)
    where = {key: given[key] for key in ("RouteTableId", *_DESTINATIONS) if key in given}
    undo = partial(hands.call, "ec2", "delete_route", where)
    return Made(
        "|".join(str(each) for each in where.values()), undo, {}, remade(undo, partial(_route, hands))
    )


def _association(hands: Hands, given: Properties) -> Made:
    identity = hands.call("ec2", "associate_route_table", given)["AssociationId"]
    undo = partial(hands.call, "ec2", "disassociate_route_table", {"AssociationId": identity})
    return Made(identity, undo, {"Id": identity}, remade(undo, partial(_association, hands)))


def thing(name: str, tags: str, **attributes: str) -> Maker:
    """A thing of EC2's whose calls and ids follow its name: ``NatGateway``, ``create_nat_gateway``."""
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    identity = f"{name}.{name}Id"
    return plain(
        "ec2",
        f"create_{snake}",
        identity,
        tags=tags,
        undo=(f"delete_{snake}", f"{name}Id"),
        attributes={f"{name}Id": identity} | attributes,
    )


MAKERS: dict[str, Maker] = {
    "AWS::EC2::VPC": _vpc,
    "AWS::EC2::VPCCidrBlock": _block,
    "AWS::EC2::Subnet": _subnet,
    "AWS::EC2::SubnetCidrBlock": _sixes_of_subnet,
    "AWS::EC2::InternetGateway": thing("InternetGateway", "internet-gateway"),
    "AWS::EC2::EgressOnlyInternetGateway": thing("EgressOnlyInternetGateway", "egress-only-internet-gateway"),
    "AWS::EC2::VPCGatewayAttachment": _attachment,
    "AWS::EC2::NatGateway": thing("NatGateway", "natgateway"),
    "AWS::EC2::RouteTable": thing("RouteTable", "route-table"),
    "AWS::EC2::Route": _route,
    "AWS::EC2::SubnetRouteTableAssociation": _association,
    "AWS::EC2::PrefixList": plain(
        "ec2",
        "create_managed_prefix_list",
        "PrefixList.PrefixListId",
        tags="prefix-list",
        undo=("delete_managed_prefix_list", "PrefixListId"),
        attributes={"PrefixListId": "PrefixList.PrefixListId"},
    ),
}
