"""Route tables as ``ip`` routes and rules of a VPC's router.

Every interface has a rule that sends what it says into its subnet's table.  A table holds a /32 for each
interface that its local route reaches, what AWS's routes say, and ends in a black hole: an address
without a route is silence, as in AWS, not an answer from Linux.  A target that is gone is a black hole too.
https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from probe.lab.compile import transit
from probe.lab.compile.devices import (
    GATEWAY_HOP,
    OUTSIDE,
    WORLD_HOP,
    device,
    router_address,
    table_number,
)
from probe.lab.identity import by_id
from probe.lab.state import Peering, RouteTable, State

LOCAL = "local"
_DEFAULT = "0.0.0.0/0"


def lines(local: State, everywhere: State) -> list[str]:
    """The routes and rules of one VPC's router; ``local`` is that VPC's part of the state."""
    main = [f"route {eni.address} dev {device(eni.id)}" for eni in local.enis]
    tables = [line for table in local.route_tables for line in _table(table, local)]
    return [*main, "route blackhole default", *tables, *_rules(local), *transit.arrivals(local, everywhere)]


def destinations(table: RouteTable, local: State) -> dict[str, str]:
    """A table's routes with prefix lists spelled out: block to target; local routes first, and they stay."""
    found = {cidr: LOCAL for vpc in local.vpcs for cidr in vpc.cidrs}
    for block, target in (*_written(table, local), *_gateway_endpoints(table, local)):
        found.setdefault(block, target)
    return found


def target_of(address: str, routes: dict[str, str]) -> str | None:
    """Where the longest matching prefix sends an address; None where nothing matches."""
    host = IPv4Network(address)
    matching = [block for block in routes if host.subnet_of(IPv4Network(block))]
    longest = max(matching, key=lambda block: IPv4Network(block).prefixlen, default=None)
    return None if longest is None else routes[longest]


def _rules(local: State) -> Iterator[str]:
    subnets = by_id(local.subnets)
    for eni in local.enis:
        table = local.table_of(subnets[eni.subnet])
        if table is not None:
            yield f"rule iif {device(eni.id)} lookup {table_number(table.id)} priority 1000"


def _table(table: RouteTable, local: State) -> Iterator[str]:
    routes = destinations(table, local)
    suffix = f"table {table_number(table.id)}"
    for eni in local.enis:
        if target_of(eni.address, routes) == LOCAL:
            yield f"route {eni.address} dev {device(eni.id)} {suffix}"
    for block, target in routes.items():
        hop = _hop(target, local)
        yield f"route {block} {hop} onlink {suffix}" if hop else f"route blackhole {block} {suffix}"
    if _DEFAULT not in routes:
        yield f"route blackhole default {suffix}"


def _hop(target: str, local: State) -> str | None:
    """The next hop towards a route's target; None where it leads nowhere."""
    match target.partition("-")[0]:
        case "igw" if any(gateway.id == target for gateway in local.internet_gateways):
            return f"via {WORLD_HOP} dev {OUTSIDE}"
        case "vpce" if any(one.id == target and not one.interface for one in local.endpoints):
            return f"via {GATEWAY_HOP} dev {device(target)}"
        case "pcx":
            peers = (_peer_block(one, local) for one in local.peerings if one.id == target)
            return next((f"via {router_address(block)} dev {device(target)}" for block in peers), None)
        case "tgw":
            return transit.hop(target, local)
        case _:
            owned = (eni for eni in local.enis if target in (eni.id, eni.owner))
            return next((f"via {eni.address} dev {device(eni.id)}" for eni in owned), None)


def _peer_block(peering: Peering, local: State) -> str:
    here, there = peering.cidrs
    return there if local.vpcs[0].id == peering.vpcs[0] else here


def _written(table: RouteTable, local: State) -> Iterator[tuple[str, str]]:
    lists = by_id(local.prefix_lists)
    for route in table.routes:
        if route.target == LOCAL:
            continue
        known = lists.get(route.destination)
        for block in (route.destination,) if known is None else known.cidrs:
            yield block, route.target


def _gateway_endpoints(table: RouteTable, local: State) -> Iterator[tuple[str, str]]:
    for endpoint in local.endpoints:
        if table.id in endpoint.route_tables and endpoint.available:
            wanted = (one for one in local.prefix_lists if one.name == endpoint.service_name)
            yield from ((block, endpoint.id) for one in wanted for block in one.cidrs)
