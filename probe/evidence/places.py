"""Where things are: the snapshot by id, by subnet and by address, charted once for all questions."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from probe.evidence.controls import Instance
from probe.evidence.snapshot import (
    Endpoint,
    ForeignEndpoint,
    Interface,
    NatGateway,
    NetworkAcl,
    PrefixList,
    RouteTable,
    SecurityGroup,
    Snapshot,
    Subnet,
    Vpc,
    read,
)


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """The snapshot and its indices.  What is absent from an index is absent, or its part was denied."""

    snapshot: Snapshot
    vpcs: dict[str, Vpc]
    subnets: dict[str, Subnet]
    groups: dict[str, SecurityGroup]
    endpoints: dict[str, Endpoint]
    interfaces: dict[str, Interface]
    by_address: dict[str, Interface]
    endpoint_of: dict[str, Endpoint]
    tables: dict[str, RouteTable]
    main_tables: tuple[RouteTable, ...]
    acls: dict[str, NetworkAcl]
    default_acls: tuple[NetworkAcl, ...]
    nats: dict[str, NatGateway]
    lists: dict[str, PrefixList]
    instances: dict[str, Instance]
    foreign: dict[str, ForeignEndpoint]


@lru_cache(maxsize=8)
def chart(snapshot: Snapshot) -> Chart:
    """The snapshot's indices; the same snapshot is charted once."""
    endpoints, interfaces = read(snapshot.endpoints), read(snapshot.interfaces)
    tables, acls = read(snapshot.route_tables), read(snapshot.network_acls)
    foreign = read(snapshot.foreign_endpoints)
    groups = (*read(snapshot.security_groups), *(group for one in foreign for group in one.groups))
    return Chart(
        snapshot=snapshot,
        vpcs={one.id: one for one in read(snapshot.vpcs)},
        subnets={one.id: one for one in read(snapshot.subnets)},
        groups={one.id: one for one in groups},
        endpoints={one.id: one for one in endpoints},
        interfaces={one.id: one for one in interfaces},
        by_address={address: one for one in interfaces for address in one.addresses},
        endpoint_of={interface: one for one in endpoints for interface in one.interfaces},
        tables={subnet: one for one in tables for subnet in one.subnets},
        main_tables=tuple(one for one in tables if one.main),
        acls={subnet: one for one in acls for subnet in one.subnets},
        default_acls=tuple(one for one in acls if one.default),
        nats={one.id: one for one in read(snapshot.nat_gateways)},
        lists={one.id: one for one in read(snapshot.prefix_lists)},
        instances={one.id: one for one in read(snapshot.instances)},
        foreign={one.address: one for one in foreign},
    )


def cidrs_of(there: Chart, vpc: str) -> tuple[str, ...]:
    """The VPC's own blocks; nothing where it could not be read."""
    return there.vpcs[vpc].cidrs if vpc in there.vpcs else ()


def endpoint_at(there: Chart, address: str) -> Endpoint | None:
    """The VPC endpoint that owns an address."""
    interface = there.by_address.get(address)
    return there.endpoint_of.get(interface.id) if interface is not None else None
