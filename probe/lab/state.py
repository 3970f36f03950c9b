"""What the lab's AWS holds of networks, as frozen values: all that decides where a packet goes.

``survey.py`` reads it, ``compile/`` turns it into routes and rules.  Ids are AWS's, addresses and blocks
are IPv4 text.  Nothing here knows of moto or of Linux.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from probe.lab.access import OPEN, PublicAccess


class Kind(StrEnum):
    """Whose interface it is."""

    TASK = "task"
    ENDPOINT = "endpoint"
    NAT = "nat"
    FUNCTION = "function"
    INSTANCE = "instance"
    RESOLVER = "resolver"
    MOUNT_TARGET = "mount-target"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Vpc:
    id: str
    cidrs: tuple[str, ...]
    dns_support: bool = True
    dns_hostnames: bool = False
    dhcp_options: str | None = None


@dataclass(frozen=True, kw_only=True)
class Subnet:
    id: str
    vpc: str
    az: str
    cidr: str


@dataclass(frozen=True, kw_only=True)
class Eni:
    """An interface.  ``groups`` is empty where none filters (a NAT gateway's).

    ``owner`` is what it belongs to: an endpoint's, NAT gateway's or instance's id, else empty.
    ``checked`` is AWS's source/destination check: it carries no packets of others.
    """

    id: str
    kind: Kind
    vpc: str
    subnet: str
    address: str
    public_address: str | None = None
    groups: tuple[str, ...] = ()
    owner: str = ""
    checked: bool = True


@dataclass(frozen=True, kw_only=True)
class Route:
    """``destination`` is a block or a prefix list's id, ``target`` the id of where it leads or ``local``."""

    destination: str
    target: str


@dataclass(frozen=True, kw_only=True)
class RouteTable:
    id: str
    vpc: str
    main: bool = False
    subnets: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AclEntry:
    """``protocol`` is ``-1``, a name or an IANA number; ``ports`` is inclusive, None for all."""

    number: int
    egress: bool
    allow: bool
    cidr: str
    protocol: str = "-1"
    ports: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Acl:
    id: str
    vpc: str
    subnets: tuple[str, ...] = ()
    entries: tuple[AclEntry, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One permission of a group with one peer: a block, a prefix list's id or a group's id."""

    egress: bool
    peer: str
    protocol: str = "-1"
    ports: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    id: str
    vpc: str
    name: str
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A VPC endpoint; ``policy`` is its document as JSON text."""

    id: str
    vpc: str
    service_name: str
    interface: bool
    state: str = "available"
    subnets: tuple[str, ...] = ()
    enis: tuple[str, ...] = ()
    route_tables: tuple[str, ...] = ()
    private_dns: bool = False
    policy: str = ""

    @property
    def available(self) -> bool:
        return self.state == "available"

    @property
    def suffix(self) -> str:
        """The service alone: ``com.amazonaws.us-east-1.ecr.api`` is ``ecr.api``, in every partition."""
        return self.service_name.partition("amazonaws.")[2].partition(".")[2]


@dataclass(frozen=True, kw_only=True)
class NatGateway:
    id: str
    vpc: str
    subnet: str
    eni: str
    public: bool = True


@dataclass(frozen=True, kw_only=True)
class InternetGateway:
    id: str
    vpc: str


@dataclass(frozen=True, kw_only=True)
class PrefixList:
    id: str
    name: str
    cidrs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Peering:
    """An active peering connection between two VPCs of the lab, with the first block of each."""

    id: str
    vpcs: tuple[str, str]
    cidrs: tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A VPC attached to a transit gateway.

    ``routes`` are the gateway's for what this VPC sends; their target is a VPC's id, or nothing known.
    """

    id: str
    gateway: str
    vpc: str
    cidr: str
    subnets: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()


@dataclass(frozen=True, kw_only=True)
class State:
    """One reading of everything."""

    vpcs: tuple[Vpc, ...] = ()
    subnets: tuple[Subnet, ...] = ()
    enis: tuple[Eni, ...] = ()
    route_tables: tuple[RouteTable, ...] = ()
    acls: tuple[Acl, ...] = ()
    groups: tuple[Group, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    nat_gateways: tuple[NatGateway, ...] = ()
    internet_gateways: tuple[InternetGateway, ...] = ()
    prefix_lists: tuple[PrefixList, ...] = ()
    peerings: tuple[Peering, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    public_access: PublicAccess = OPEN

    def inhabited(self) -> tuple[Vpc, ...]:
        """The VPCs that hold an interface: the others have nothing that could send a packet."""
        lived_in = {eni.vpc for eni in self.enis}
        return tuple(vpc for vpc in self.vpcs if vpc.id in lived_in)

    def within(self, vpc: str) -> State:
        """The part that lies in one VPC, with the peerings that lead somewhere and every prefix list."""
        lived_in = {one.id for one in self.inhabited()}
        peerings = tuple(one for one in self.peerings if vpc in one.vpcs and lived_in.issuperset(one.vpcs))
        mine = tuple(one for one in self.vpcs if one.id == vpc)
        kept = {"vpcs", "peerings", "prefix_lists", "public_access"}
        parts = (field.name for field in fields(self) if field.name not in kept)
        inside: Any = {part: tuple(one for one in getattr(self, part) if one.vpc == vpc) for part in parts}
        return replace(self, vpcs=mine, peerings=peerings, **inside)

    def public(self) -> tuple[Eni, ...]:
        """The interfaces that an internet gateway carries: with a public address, and not closed to them."""
        closes, addressed = self.public_access.closes, (eni for eni in self.enis if eni.public_address)
        return tuple(one for one in addressed if not closes(one.vpc, one.subnet, nat=one.kind is Kind.NAT))

    def table_of(self, subnet: Subnet) -> RouteTable | None:
        """The route table that a subnet uses: its own association, else its VPC's main table."""
        here = [table for table in self.route_tables if table.vpc == subnet.vpc]
        own = (table for table in here if subnet.id in table.subnets)
        return next(own, None) or next((table for table in here if table.main), None)

    def members(self, group: str, vpc: str) -> tuple[str, ...]:
        """The private addresses of the interfaces that carry a group: what a reference to it in a VPC admits.

        A reference reaches over a peering.  Over a transit gateway it does so only where that is switched on,
        which the lab refuses: https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html
        """
        near = {vpc}.union(*(one.vpcs for one in self.peerings if vpc in one.vpcs))
        return tuple(sorted(eni.address for eni in self.enis if group in eni.groups and eni.vpc in near))
