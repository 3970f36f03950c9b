"""Transit gateways: a namespace each, with a link to every attached VPC and a routing table an attachment."""

from __future__ import annotations

from collections.abc import Iterator

from probe.lab.compile.blueprint import Link, Node
from probe.lab.compile.devices import TRANSIT_HOP, device, router_address, table_number
from probe.lab.compile.matching import one_of
from probe.lab.state import Attachment, State


def nodes(state: State) -> Iterator[tuple[str, Node]]:
    """The gateways that join VPCs in which there is somebody."""
    for gateway in sorted({one.gateway for one in _joined(state)}):
        members = [one for one in _joined(state) if one.gateway == gateway]
        routes = (line for one in members for line in _routes(one, members))
        own = (f"addr {TRANSIT_HOP}/32 dev lo", "route blackhole default")
        yield gateway, Node(lines=(*own, *routes), forwards=True)


def links(state: State) -> Iterator[Link]:
    """A link from each gateway to each attached VPC's router."""
    for one in _joined(state):
        yield Link(near=(one.gateway, device(one.vpc)), far=(one.vpc, device(one.gateway)))


def hop(target: str, local: State) -> str | None:
    """The next hop of a VPC's route to a transit gateway; None where the VPC is not attached to it."""
    attached = any(one.gateway == target for one in local.attachments)
    return f"via {TRANSIT_HOP} dev {device(target)}" if attached else None


def arrivals(local: State, everywhere: State) -> Iterator[str]:
    """What comes from a gateway follows the route table of the subnet that the gateway stands in.

    It keeps to the zone that it was sent in, where the gateway has a subnet there too.
    https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html#tgw-az-overview
    """
    for one in local.attachments:
        stands = [subnet for subnet in local.subnets if subnet.id in one.subnets]
        tables = {subnet.az: table.id for subnet in stands if (table := local.table_of(subnet)) is not None}
        usual = next(iter(tables.values()), None)
        for address, zone in _senders(one, everywhere):
            if tables.get(zone, usual) != usual:
                number = table_number(tables[zone])
                yield f"rule iif {device(one.gateway)} from {address} lookup {number} priority 999"
        if usual is not None:
            yield f"rule iif {device(one.gateway)} lookup {table_number(usual)} priority 1000"


def _senders(attachment: Attachment, everywhere: State) -> Iterator[tuple[str, str]]:
    """The addresses behind the same gateway's other attachments, and their zones."""
    gateway = attachment.gateway
    others = {one.vpc for one in everywhere.attachments if one.gateway == gateway} - {attachment.vpc}
    zone_of = {subnet.id: subnet.az for subnet in everywhere.subnets}
    yield from ((eni.address, zone_of[eni.subnet]) for eni in everywhere.enis if eni.vpc in others)


def zones(local: State) -> Iterator[str]:
    """A gateway carries packets to and from those zones alone in which it has a subnet of the VPC.

    https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html
    """
    zone_of = {subnet.id: subnet.az for subnet in local.subnets}
    for one in (one for one in local.attachments if one.subnets):
        served = {zone_of[subnet] for subnet in one.subnets if subnet in zone_of}
        apart = [f'"{device(eni.id)}"' for eni in local.enis if zone_of[eni.subnet] not in served]
        if apart:
            yield f'iifname {one_of(apart)} oifname "{device(one.gateway)}" drop'
            yield f'iifname "{device(one.gateway)}" oifname {one_of(apart)} drop'


def _joined(state: State) -> list[Attachment]:
    lived_in = {vpc.id for vpc in state.inhabited()}
    return [one for one in state.attachments if one.vpc in lived_in]


def _routes(attachment: Attachment, members: list[Attachment]) -> Iterator[str]:
    number = table_number(attachment.id)
    blocks = {one.vpc: one.cidr for one in members}
    yield f"rule iif {device(attachment.vpc)} lookup {number} priority 1000"
    for route in attachment.routes:
        there = blocks.get(route.target)
        way = f"via {router_address(there)} dev {device(route.target)} onlink" if there else None
        yield (
            f"route {route.destination} {way} table {number}"
            if way
            else (f"route blackhole {route.destination} table {number}")
        )
