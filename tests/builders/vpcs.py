"""Small VPCs with plain names: whole ones, of which a test changes one thing."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from probe import endpoints as names
from probe.evidence.snapshot import (
    AclEntry,
    Endpoint,
    GroupRule,
    Interface,
    NatGateway,
    NetworkAcl,
    PrefixList,
    Route,
    RouteTable,
    SecurityGroup,
    Snapshot,
    Subnet,
    Vpc,
)

REGION, ACCOUNT = "us-east-1", "123456789012"
SUBNETS = ("subnet-a", "subnet-b", "subnet-c")
ANY, VPC_CIDR = "0.0.0.0/0", "10.0.0.0/16"
S3_CIDR, S3_ADDRESS, PUBLIC = "198.51.100.0/24", "198.51.100.7", "203.0.113.9"
INTERFACE_SERVICES = ("ecr.api", "ecr.dkr", "secretsmanager", "logs")
ALLOW_ALL = (
    AclEntry(number=100, egress=True, allow=True, protocol="-1", cidr=ANY),
    AclEntry(number=100, egress=False, allow=True, protocol="-1", cidr=ANY),
)


def service(suffix: str) -> str:
    """The endpoint service's name."""
    return names.service_name(suffix, REGION)


def address(suffix: str, subnet: str) -> str:
    """The address of an endpoint in a subnet."""
    return f"10.0.{SUBNETS.index(subnet) + 1}.{INTERFACE_SERVICES.index(suffix) + 10}"


def private_vpc(**parts: Any) -> Snapshot:
    """Three private subnets, an interface endpoint a service, S3's gateway endpoint, no way out."""
    return replace(
        Snapshot(
            vpcs=(Vpc(id="vpc-1", cidrs=(VPC_CIDR,), dns_support=True, dns_hostnames=True),),
            subnets=tuple(_subnet(one) for one in SUBNETS),
            route_tables=(table("rtb-1", SUBNETS, Route(destination="pl-s3", target="vpce-s3")),),
            network_acls=(acl("acl-1", SUBNETS),),
            security_groups=(
                group("sg-task", GroupRule(egress=True, protocol="-1", cidr=ANY)),
                group(
                    "sg-endpoint", GroupRule(egress=False, protocol="tcp", ports=(443, 443), group="sg-task")
                ),
            ),
            endpoints=(*(endpoint(one) for one in INTERFACE_SERVICES), gateway("rtb-1")),
            interfaces=tuple(_interface(one, subnet) for one in INTERFACE_SERVICES for subnet in SUBNETS),
            nat_gateways=(),
            internet_gateways=(),
            prefix_lists=(PrefixList(id="pl-s3", name=service("s3"), cidrs=(S3_CIDR,)),),
            dhcp_options=(),
        ),
        **parts,
    )


def nat_vpc(**parts: Any) -> Snapshot:
    """The private subnets behind a NAT gateway in a public one; no endpoint at all."""
    return private_vpc(
        **{
            "subnets": (*(_subnet(one) for one in SUBNETS), _subnet("subnet-public")),
            "route_tables": (
                table("rtb-1", SUBNETS, Route(destination=ANY, target="nat-1")),
                table("rtb-public", ("subnet-public",), Route(destination=ANY, target="igw-1")),
            ),
            "network_acls": (acl("acl-1", SUBNETS), acl("acl-public", ("subnet-public",))),
            "endpoints": (),
            "interfaces": (),
            "nat_gateways": (nat(),),
            "internet_gateways": ("igw-1",),
            **parts,
        }
    )


def public_vpc(**parts: Any) -> Snapshot:
    """The subnets lead to an internet gateway; no endpoint, no NAT."""
    return nat_vpc(
        **{
            "route_tables": (table("rtb-1", SUBNETS, Route(destination=ANY, target="igw-1")),),
            "nat_gateways": (),
            **parts,
        }
    )


def _subnet(name: str) -> Subnet:
    position = SUBNETS.index(name) + 1 if name in SUBNETS else 9
    return Subnet(
        id=name, vpc="vpc-1", az=f"us-east-1{name[-1]}", cidr=f"10.0.{position}.0/24", free_addresses=200
    )


def table(name: str, subnets: tuple[str, ...], *routes: Route) -> RouteTable:
    """A route table with the VPC's local route."""
    local = Route(destination=VPC_CIDR, target="local")
    return RouteTable(id=name, main=False, subnets=subnets, routes=(local, *routes))


def acl(name: str, subnets: tuple[str, ...], *entries: AclEntry) -> NetworkAcl:
    """A network ACL that allows everything, with entries before that."""
    return NetworkAcl(id=name, default=False, subnets=subnets, entries=(*entries, *ALLOW_ALL))


def deny(number: int, *, egress: bool, cidr: str = ANY, ports: tuple[int, int] | None = None) -> AclEntry:
    """An entry that denies TCP."""
    return AclEntry(number=number, egress=egress, allow=False, protocol="6", cidr=cidr, ports=ports)


def group(name: str, *rules: GroupRule) -> SecurityGroup:
    """A security group."""
    return SecurityGroup(id=name, name=name, vpc="vpc-1", rules=rules)


def endpoint(suffix: str, **changes: Any) -> Endpoint:
    """An interface endpoint with private DNS and an interface in every subnet."""
    return replace(
        Endpoint(
            id=f"vpce-{suffix}",
            service_name=service(suffix),
            type="Interface",
            state="available",
            subnets=SUBNETS,
            interfaces=tuple(f"eni-{suffix}-{subnet}" for subnet in SUBNETS),
            groups=("sg-endpoint",),
            private_dns=True,
        ),
        **changes,
    )


def gateway(*tables: str, **changes: Any) -> Endpoint:
    """S3's gateway endpoint."""
    return replace(
        Endpoint(
            id="vpce-s3", service_name=service("s3"), type="Gateway", state="available", route_tables=tables
        ),
        **changes,
    )


def _interface(suffix: str, subnet: str) -> Interface:
    return Interface(
        id=f"eni-{suffix}-{subnet}",
        subnet=subnet,
        addresses=(address(suffix, subnet),),
        groups=("sg-endpoint",),
        type="vpc_endpoint",
    )


def nat(**changes: Any) -> NatGateway:
    """A public NAT gateway in the public subnet."""
    return replace(
        NatGateway(
            id="nat-1", subnet="subnet-public", state="available", public=True, addresses=("10.0.9.5",)
        ),
        **changes,
    )
