"""moto's EC2 objects read into a State.

It reads the objects and not the API: a compilation follows every change, and ten API calls would cost more
than all the routes.  What moto gets wrong is repaired in ``cloud`` where it is made, not here.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Any

from probe.lab import crossings
from probe.lab.cloud.overrides import public_access
from probe.lab.state import (
    Acl,
    AclEntry,
    Endpoint,
    Eni,
    Group,
    InternetGateway,
    Kind,
    NatGateway,
    PrefixList,
    Route,
    RouteTable,
    Rule,
    State,
    Subnet,
    Vpc,
)

_TASK = "arn:aws:ecs:"
_FUNCTION = "AWS Lambda VPC ENI"
_INBOUND = "Route 53 Resolver: rslvr-in-"
_ICMP = frozenset({"1", "icmp"})
_MOUNT_TARGET = "EFS mount target for "
_ALIVE, _DELETED = "available", "deleted"


def survey(ec2: Any) -> State:
    """Read everything that decides where a packet goes from moto's EC2 backend.

    The caller holds the cloud's lock: the objects must not change meanwhile.
    """
    return State(
        vpcs=tuple(_vpc(vpc) for vpc in ec2.vpcs.values()),
        subnets=tuple(_subnet(one) for by_az in ec2.subnets.values() for one in by_az.values()),
        enis=tuple(_enis(ec2)),
        route_tables=tuple(_route_table(table) for table in ec2.route_tables.values()),
        acls=tuple(_acl(acl) for acl in ec2.network_acls.values()),
        groups=tuple(_group(one) for by_id in ec2.groups.values() for one in by_id.values()),
        endpoints=tuple(_endpoint(one) for one in ec2.vpc_end_points.values() if one.state != _DELETED),
        nat_gateways=tuple(_nat_gateway(one) for one in _live_nats(ec2)),
        internet_gateways=tuple(
            InternetGateway(id=one.id, vpc=one.vpc.id) for one in ec2.internet_gateways.values() if one.vpc
        ),
        prefix_lists=tuple(_prefix_list(one) for one in ec2.managed_prefix_lists.values()),
        peerings=tuple(crossings.peerings(ec2)),
        attachments=tuple(crossings.attachments(ec2)),
        public_access=public_access.surveyed(ec2),
    )


def _vpc(vpc: Any) -> Vpc:
    blocks = tuple(one["cidr_block"] for one in vpc.get_cidr_block_association_set())
    return Vpc(
        id=vpc.id,
        cidrs=blocks,
        dns_support=_flag(vpc.enable_dns_support),
        dns_hostnames=_flag(vpc.enable_dns_hostnames),
        dhcp_options=vpc.dhcp_options.id if vpc.dhcp_options else None,
    )


def _flag(value: object) -> bool:
    return value is True or value == "true"


def _subnet(subnet: Any) -> Subnet:
    return Subnet(id=subnet.id, vpc=subnet.vpc_id, az=subnet.availability_zone, cidr=subnet.cidr_block)


def _enis(ec2: Any) -> Iterator[Eni]:
    """Interfaces in use; an endpoint's carry the endpoint's groups as they are now, a NAT gateway's none."""
    endpoints = {eni: one for one in ec2.vpc_end_points.values() for eni in one.network_interface_ids}
    nats = {nat._eni.id: nat for nat in ec2.nat_gateways.values()}  # noqa: SLF001 - moto has no other name for it
    alive = {nat.id for nat in _live_nats(ec2)}
    for eni in ec2.enis.values():
        endpoint, nat = endpoints.get(eni.id), nats.get(eni.id)
        if endpoint is not None:
            yield _eni(eni, Kind.ENDPOINT, endpoint.id, tuple(endpoint.security_group_ids))
        elif nat is None:
            yield _eni(eni, _kind(eni), eni.instance.id if eni.instance else "", _groups(eni))
        elif nat.id in alive:
            yield _eni(eni, Kind.NAT, nat.id, ())


def _eni(eni: Any, kind: Kind, owner: str, groups: tuple[str, ...]) -> Eni:
    return Eni(
        id=eni.id,
        kind=kind,
        vpc=eni.subnet.vpc_id,
        subnet=eni.subnet.id,
        address=eni.private_ip_address,
        public_address=eni.public_ip or None,
        groups=tuple(sorted(set(groups))),
        owner=owner,
        checked=kind is not Kind.NAT and _is_checked(eni),
    )


def _is_checked(eni: Any) -> bool:
    """Whether it carries only its own packets; a stopped instance carries none of others' either."""
    stopped = eni.instance is not None and eni.instance._state.name != "running"  # noqa: SLF001 - as above
    return stopped or _flag(eni.source_dest_check)


def _groups(eni: Any) -> tuple[str, ...]:
    return tuple(group.id for group in eni.group_set)


def _kind(eni: Any) -> Kind:
    if eni.instance:
        return Kind.INSTANCE
    if eni.description.startswith(_TASK):
        return Kind.TASK
    if eni.description.startswith(_INBOUND):
        return Kind.RESOLVER
    if eni.description.startswith(_MOUNT_TARGET):
        return Kind.MOUNT_TARGET
    return Kind.FUNCTION if eni.description.startswith(_FUNCTION) else Kind.OTHER


def _route_table(table: Any) -> RouteTable:
    bound = (one.get("SubnetId") for one in table.associations)
    routes = (_route(one) for one in table.routes)
    return RouteTable(
        id=table.id,
        vpc=table.vpc_id,
        main=table.main_association_id is not None,
        subnets=tuple(subnet for subnet in bound if subnet),
        routes=tuple(route for route in routes if route is not None),
    )


def _route(route: Any) -> Route | None:
    """A route of IPv4; the lab compiles no other."""
    block = route.destination_cidr_block
    # AWS keeps the network of a block that was written with host bits.
    destination = str(IPv4Network(block, strict=False)) if block else route.destination_prefix_list_id
    target = (
        route.gateway_id
        or route.nat_gateway_id
        or route.network_interface_id
        or route.instance_id
        or route.vpc_peering_connection_id
        or route.transit_gateway_id
    )
    return Route(destination=destination, target=target or "gone") if destination else None


def _acl(acl: Any) -> Acl:
    return Acl(
        id=acl.id,
        vpc=acl.vpc_id,
        subnets=tuple(one.subnet_id for one in acl.associations),
        entries=tuple(_entry(one) for one in acl.network_acl_entries if one.cidr_block),
    )


def _entry(entry: Any) -> AclEntry:
    return AclEntry(
        number=int(entry.rule_number),
        egress=_flag(entry.egress),
        allow=entry.rule_action == "allow",
        cidr=entry.cidr_block,
        protocol=str(entry.protocol),
        ports=_ports(entry.icmp_type, entry.icmp_code)
        if str(entry.protocol) in _ICMP
        else _ports(entry.port_range_from, entry.port_range_to),
    )


def _ports(first: int | str | None, last: int | str | None) -> tuple[int, int] | None:
    return None if first is None or last is None else (int(first), int(last))


def _group(group: Any) -> Group:
    rules = (_rule(rule) for rule in (*group.ingress_rules, *group.egress_rules))
    return Group(
        id=group.id,
        vpc=group.vpc_id,
        name=group.name,
        rules=tuple(rule for rule in rules if rule is not None),
    )


def _rule(rule: Any) -> Rule | None:
    """A permission with an IPv4 peer; those with an IPv6 block admit nothing here."""
    peer = rule.source_group.get("GroupId") or rule.prefix_list_id or rule.cidr_ipv4
    ports = _ports(rule.from_port, rule.to_port)
    return Rule(egress=rule.is_egress, peer=peer, protocol=rule.ip_protocol, ports=ports) if peer else None


def _endpoint(endpoint: Any) -> Endpoint:
    return Endpoint(
        id=endpoint.id,
        vpc=endpoint.vpc_id,
        service_name=endpoint.service_name,
        interface=str(endpoint.vpc_endpoint_type).lower() == "interface",
        state=endpoint.state,
        subnets=tuple(endpoint.subnet_ids or ()),
        enis=tuple(endpoint.network_interface_ids),
        route_tables=tuple(endpoint.route_table_ids or ()),
        private_dns=_flag(endpoint.private_dns_enabled),
        policy=endpoint.policy_document,
    )


def _live_nats(ec2: Any) -> Iterator[Any]:
    return (nat for nat in ec2.nat_gateways.values() if nat.state == _ALIVE)


def _nat_gateway(nat: Any) -> NatGateway:
    return NatGateway(
        id=nat.id,
        vpc=nat.vpc_id,
        subnet=nat.subnet_id,
        eni=nat._eni.id,  # noqa: SLF001 - as above
        public=nat.connectivity_type == "public",
    )


def _prefix_list(prefix_list: Any) -> PrefixList:
    # AWS's own lists show no version, and have one.
    version = prefix_list.version or max(prefix_list.entries, default=None)
    entries = prefix_list.entries.get(version) or ()
    blocks = (entry["Cidr"] for entry in entries)
    name = prefix_list.prefix_list_name
    return PrefixList(
        id=prefix_list.id, name=name, cidrs=tuple(block for block in blocks if ":" not in block)
    )
