"""The VPC's configuration as it was read, once: each part is data or the reason it could not be read.

Every part is a tuple, empty when there is none of it, or ``Denied``: an empty inventory and a refused
look are different values, so that nothing passes because nobody could look.  Field names are AWS's own
in snake case; only what a rule reads is kept.
"""

from __future__ import annotations

from typing import TypeVar

from probe.evidence.controls import (
    FirewallRule,
    HostedZone,
    Instance,
    Key,
    Policy,
    PublicAccess,
    ResolverRule,
    RoleSummary,
    Simulated,
)
from probe.model import Noun

T = TypeVar("T")


class Denied(Noun, kw_only=True):
    """A part that could not be read: the action that was refused, on what, and AWS's words."""

    action: str
    resource: str
    words: str


class Vpc(Noun, kw_only=True):
    """``DescribeVpcs`` and ``DescribeVpcAttribute``; every associated IPv4 block is in ``cidrs``."""

    id: str
    cidrs: tuple[str, ...]
    dns_support: bool | None = None
    dns_hostnames: bool | None = None
    dhcp_options: str | None = None
    owner: str | None = None


class Subnet(Noun, kw_only=True):
    id: str
    vpc: str
    az: str
    cidr: str
    free_addresses: int | None = None
    owner: str | None = None


class Route(Noun, kw_only=True):
    """One route: ``destination`` is a CIDR or a prefix list's id; ``target`` the id of where it leads."""

    destination: str
    target: str
    state: str = "active"


class RouteTable(Noun, kw_only=True):
    id: str
    main: bool
    subnets: tuple[str, ...]
    routes: tuple[Route, ...]


class AclEntry(Noun, kw_only=True):
    """``protocol`` is the IANA number as text, ``-1`` for all; ``ports`` is inclusive, absent for all."""

    number: int
    egress: bool
    allow: bool
    protocol: str
    cidr: str
    ports: tuple[int, int] | None = None


class NetworkAcl(Noun, kw_only=True):
    id: str
    default: bool
    subnets: tuple[str, ...]
    entries: tuple[AclEntry, ...]


class GroupRule(Noun, kw_only=True):
    """One permission with one peer; exactly one of ``cidr``, ``group`` and ``prefix_list`` is set."""

    egress: bool
    protocol: str
    ports: tuple[int, int] | None = None
    cidr: str | None = None
    group: str | None = None
    prefix_list: str | None = None


class SecurityGroup(Noun, kw_only=True):
    id: str
    name: str
    vpc: str
    rules: tuple[GroupRule, ...]


class Endpoint(Noun, kw_only=True):
    """A VPC endpoint.  ``policy`` is its document as JSON text; ``requester_managed`` ones are AWS's."""

    id: str
    service_name: str
    type: str
    state: str
    subnets: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    route_tables: tuple[str, ...] = ()
    private_dns: bool = False
    policy: str | None = None
    requester_managed: bool = False
    owner: str | None = None


class ForeignEndpoint(Noun, kw_only=True):
    """An interface endpoint of another VPC, at an address that a name led to; ``cidrs`` are that VPC's."""

    id: str
    address: str
    service_name: str
    vpc: str
    cidrs: tuple[str, ...] = ()
    owner: str | None = None
    groups: tuple[SecurityGroup, ...] = ()


class Interface(Noun, kw_only=True):
    """A network interface: which object of the VPC owns an address."""

    id: str
    subnet: str
    addresses: tuple[str, ...]
    public_address: str | None = None
    groups: tuple[str, ...] = ()
    type: str = "interface"
    description: str = ""
    attached_to: str | None = None
    source_dest_check: bool = True


class NatGateway(Noun, kw_only=True):
    id: str
    subnet: str
    state: str
    public: bool
    addresses: tuple[str, ...] = ()


class PrefixList(Noun, kw_only=True):
    id: str
    name: str
    cidrs: tuple[str, ...]


class DhcpOptions(Noun, kw_only=True):
    """``others`` are the rest of the set, key and values, which a new one in its place has to repeat."""

    id: str
    name_servers: tuple[str, ...]
    others: tuple[tuple[str, tuple[str, ...]], ...] = ()


UNREAD = Denied(action="", resource="", words="this run had no reason to ask for it")
"""A part that was not asked for: as unknown as a refused one, but nobody refused it."""


class Snapshot(Noun, kw_only=True, cache_hash=True):
    """One reading of everything that decides the flows of a Spec.

    Parts with a default are read only where they can matter.  ``partial`` are the refusals inside a part
    of which the rest could be read: a VPC's DNS attribute, a prefix list's entries.
    """

    vpcs: tuple[Vpc, ...] | Denied
    subnets: tuple[Subnet, ...] | Denied
    route_tables: tuple[RouteTable, ...] | Denied
    network_acls: tuple[NetworkAcl, ...] | Denied
    security_groups: tuple[SecurityGroup, ...] | Denied
    endpoints: tuple[Endpoint, ...] | Denied
    interfaces: tuple[Interface, ...] | Denied
    nat_gateways: tuple[NatGateway, ...] | Denied
    internet_gateways: tuple[str, ...] | Denied
    prefix_lists: tuple[PrefixList, ...] | Denied
    dhcp_options: tuple[DhcpOptions, ...] | Denied
    instances: tuple[Instance, ...] | Denied = UNREAD
    public_access: tuple[PublicAccess, ...] | Denied = UNREAD
    hosted_zones: tuple[HostedZone, ...] | Denied = UNREAD
    resolver_rules: tuple[ResolverRule, ...] | Denied = UNREAD
    firewall_rules: tuple[FirewallRule, ...] | Denied = UNREAD
    foreign_endpoints: tuple[ForeignEndpoint, ...] | Denied = UNREAD
    roles: tuple[RoleSummary, ...] | Denied = UNREAD
    policies: tuple[Policy, ...] | Denied = UNREAD
    keys: tuple[Key, ...] | Denied = UNREAD
    simulated: tuple[Simulated, ...] | Denied = UNREAD
    partial: tuple[Denied, ...] = ()


def denied(snapshot: Snapshot) -> tuple[Denied, ...]:
    """Every part of the snapshot that was refused; what was not asked for is not among them."""
    parts = (getattr(snapshot, name) for name in snapshot.__struct_fields__)
    return tuple(part for part in parts if isinstance(part, Denied) and part != UNREAD) + snapshot.partial


def read(part: tuple[T, ...] | Denied) -> tuple[T, ...]:
    """The part's items; nothing where it could not be read (ask ``isinstance(part, Denied)`` first)."""
    return () if isinstance(part, Denied) else part
