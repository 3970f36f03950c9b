"""AWS's descriptions as the Snapshot's values: a rename, never a judgement; IPv4 alone is judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from probe.evidence.snapshot import (
    AclEntry,
    DhcpOptions,
    Endpoint,
    GroupRule,
    Interface,
    NatGateway,
    NetworkAcl,
    Route,
    RouteTable,
    SecurityGroup,
    Subnet,
    Vpc,
)

Described = Mapping[str, Any]

_ROUTE_TARGETS = (
    "NatGatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "NetworkInterfaceId",
    "InstanceId",
    "LocalGatewayId",
    "CarrierGatewayId",
    "CoreNetworkArn",
    "EgressOnlyInternetGatewayId",
    "GatewayId",
)


def vpc(described: Described, attributes: Mapping[str, bool | None]) -> Vpc:
    """A VPC with its DNS attributes by AWS's names."""
    blocks = [
        block["CidrBlock"]
        for block in described.get("CidrBlockAssociationSet", [])
        if block.get("CidrBlockState", {}).get("State", "associated") == "associated"
    ]
    return Vpc(
        id=described["VpcId"],
        cidrs=tuple(dict.fromkeys([described["CidrBlock"], *blocks])),
        dns_support=attributes.get("enableDnsSupport"),
        dns_hostnames=attributes.get("enableDnsHostnames"),
        dhcp_options=described.get("DhcpOptionsId"),
        owner=described.get("OwnerId"),
    )


def subnet(described: Described) -> Subnet:
    return Subnet(
        id=described["SubnetId"],
        vpc=described["VpcId"],
        az=described.get("AvailabilityZone", ""),
        cidr=described["CidrBlock"],
        free_addresses=described.get("AvailableIpAddressCount"),
        owner=described.get("OwnerId"),
    )


def route_table(described: Described) -> RouteTable:
    associations = described.get("Associations", [])
    return RouteTable(
        id=described["RouteTableId"],
        main=any(one.get("Main") for one in associations),
        subnets=tuple(one["SubnetId"] for one in associations if one.get("SubnetId")),
        routes=tuple(_routes(described.get("Routes", []))),
    )


def _routes(described: list[Described]) -> Iterator[Route]:
    for route in described:
        destination = route.get("DestinationCidrBlock") or route.get("DestinationPrefixListId")
        if destination:
            target = next((route[key] for key in _ROUTE_TARGETS if route.get(key)), "")
            yield Route(destination=destination, target=target, state=route.get("State", "active"))


def network_acl(described: Described) -> NetworkAcl:
    return NetworkAcl(
        id=described["NetworkAclId"],
        default=bool(described.get("IsDefault")),
        subnets=tuple(one["SubnetId"] for one in described.get("Associations", [])),
        entries=tuple(_acl_entry(one) for one in described.get("Entries", [])),
    )


def _acl_entry(described: Described) -> AclEntry:
    """An entry of IPv6 decides no flow of IPv4, and takes its number all the same."""
    return AclEntry(
        number=described["RuleNumber"],
        egress=described["Egress"],
        allow=described["RuleAction"] == "allow",
        protocol=str(described["Protocol"]),
        cidr=described.get("CidrBlock") or described["Ipv6CidrBlock"],
        ports=_ports(described.get("PortRange") or {}, "From", "To"),
    )


def security_group(described: Described) -> SecurityGroup:
    rules = (
        *_group_rules(described.get("IpPermissions", []), egress=False),
        *_group_rules(described.get("IpPermissionsEgress", []), egress=True),
    )
    return SecurityGroup(
        id=described["GroupId"], name=described["GroupName"], vpc=described["VpcId"], rules=rules
    )


def _group_rules(permissions: list[Described], *, egress: bool) -> Iterator[GroupRule]:
    """One rule a peer: AWS joins the peers of one protocol and port range in a permission."""
    for one in permissions:
        ports = _ports(one, "FromPort", "ToPort")
        rule = GroupRule(egress=egress, protocol=str(one["IpProtocol"]), ports=ports)
        for block in one.get("IpRanges", []):
            yield replace(rule, cidr=block["CidrIp"])
        for pair in one.get("UserIdGroupPairs", []):
            yield replace(rule, group=pair["GroupId"])
        for prefix_list in one.get("PrefixListIds", []):
            yield replace(rule, prefix_list=prefix_list["PrefixListId"])


def _ports(described: Described, first: str, last: str) -> tuple[int, int] | None:
    """An inclusive range; absent for every port, which some answers write as -1."""
    start, end = described.get(first), described.get(last)
    return None if start is None or end is None or start < 0 else (start, end)


def endpoint(described: Described) -> Endpoint:
    return Endpoint(
        id=described["VpcEndpointId"],
        service_name=described["ServiceName"],
        type=described.get("VpcEndpointType", "Interface"),
        state=str(described.get("State", "")).lower(),
        subnets=tuple(described.get("SubnetIds") or ()),
        interfaces=tuple(described.get("NetworkInterfaceIds") or ()),
        groups=tuple(group["GroupId"] for group in described.get("Groups") or ()),
        route_tables=tuple(described.get("RouteTableIds") or ()),
        private_dns=bool(described.get("PrivateDnsEnabled")) and not _is_for_inbound_only(described),
        policy=described.get("PolicyDocument"),
        requester_managed=bool(described.get("RequesterManaged")),
        owner=described.get("OwnerId"),
    )


def _is_for_inbound_only(described: Described) -> bool:
    """Whether only inbound Resolver endpoints are told: the VPC's own names lead to the gateway endpoint.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
    """
    return bool((described.get("DnsOptions") or {}).get("PrivateDnsOnlyForInboundResolverEndpoint"))


def interface(described: Described) -> Interface:
    addresses = [one["PrivateIpAddress"] for one in described.get("PrivateIpAddresses", [])]
    return Interface(
        id=described["NetworkInterfaceId"],
        subnet=described.get("SubnetId", ""),
        addresses=tuple(addresses) or tuple(filter(None, [described.get("PrivateIpAddress")])),
        public_address=(described.get("Association") or {}).get("PublicIp"),
        groups=tuple(group["GroupId"] for group in described.get("Groups", [])),
        type=described.get("InterfaceType", "interface"),
        description=described.get("Description", ""),
        attached_to=(described.get("Attachment") or {}).get("InstanceId"),
        source_dest_check=bool(described.get("SourceDestCheck", True)),
    )


def nat_gateway(described: Described) -> NatGateway:
    """A NAT gateway; ``addresses`` are its private ones, which NACLs see."""
    addresses = [one.get("PrivateIp") for one in described.get("NatGatewayAddresses", [])]
    return NatGateway(
        id=described["NatGatewayId"],
        subnet=described["SubnetId"],
        state=described["State"],
        public=described.get("ConnectivityType", "public") == "public",
        addresses=tuple(address for address in addresses if address),
    )


def internet_gateway(described: Described) -> str:
    return str(described["InternetGatewayId"])


def dhcp_options(described: Described) -> DhcpOptions:
    read = ((one["Key"], one["Values"]) for one in described.get("DhcpConfigurations", []))
    found = {key: tuple(value["Value"] for value in values) for key, values in read}
    servers = found.pop("domain-name-servers", ())
    return DhcpOptions(
        id=described["DhcpOptionsId"], name_servers=servers, others=tuple(sorted(found.items()))
    )
