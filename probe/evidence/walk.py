"""The one walk: a flow from the task's interface to where it ends, and what every gate on the way says.

A gate that cannot be read, and everything beyond this VPC, is ``unknown`` with the reason.
"""

from __future__ import annotations

from probe.evidence import groups
from probe.evidence.acls import Crossing, boundary, crossing
from probe.evidence.beyond import stays_in, through
from probe.evidence.fits import ANY, Fit, cidr_fit, why
from probe.evidence.flows import Flow, Gate, Hop, Peer, Verdict
from probe.evidence.places import Chart, chart, endpoint_at
from probe.evidence.routes import LOCAL, local_route, route_to, stops_at_peer, table_of
from probe.evidence.snapshot import Denied, Route, RouteTable, Snapshot, Subnet
from probe.evidence.translators import interface_of
from probe.evidence.vpc_endpoints import (
    AVAILABLE,
    addresses,
    answers_names,
    gateway_for,
    groups_of,
    interface_for,
)


def path(snapshot: Snapshot, flow: Flow) -> tuple[Hop, ...]:
    """Every gate that the flow meets, in its order; the walk ends where nothing more can be said.

    Without an address, the flow goes where configuration leads the service's name.
    """
    there = chart(snapshot)
    subnet = there.subnets.get(flow.subnet)
    if subnet is None:
        part = snapshot.subnets
        words = why(part) if isinstance(part, Denied) else "no such subnet was found"
        return (Hop(gate=Gate.PLACE, verdict=Verdict.UNKNOWN, subject=flow.subnet, because=words),)
    hidden = _hidden(there, subnet, flow)
    if hidden is not None:
        words = f"where {flow.service_name} leads cannot be told: {why(hidden)}"
        return (Hop(gate=Gate.PLACE, verdict=Verdict.UNKNOWN, subject=flow.subnet, because=words),)
    peer = _destination(there, subnet, flow)
    route = _route(there, subnet, peer, flow)
    out = groups.egress(there, flow, peer)
    if isinstance(route, Hop):
        return (out, route)
    if route.target == LOCAL:
        return (out, *_within(there, subnet, peer, flow))
    middle = (
        *through(there, subnet, route, peer, flow),
        *_abroad(there, subnet, route, peer, flow),
    )
    if stays_in(there, subnet, route):
        return (out, *middle)
    leave, back = boundary(subnet, peer.network, flow)
    return (out, crossing(there, leave), *middle, crossing(there, back))


def _hidden(there: Chart, subnet: Subnet, flow: Flow) -> Denied | None:
    """What would tell where a service's name leads, and was denied: an endpoint not seen is not absent."""
    if flow.address is not None or flow.service_name is None:
        return None
    endpoints, interfaces = there.snapshot.endpoints, there.snapshot.interfaces
    if isinstance(endpoints, Denied):
        return endpoints
    endpoint = interface_for(there.snapshot, flow.service_name)
    answers = endpoint is not None and answers_names(there, subnet.vpc, endpoint)
    return interfaces if answers and isinstance(interfaces, Denied) else None


def _destination(there: Chart, subnet: Subnet, flow: Flow) -> Peer:
    """Where the flow goes: its address, else the endpoint's, else some public address of the service."""
    address = flow.address
    if address is None and flow.service_name is not None:
        address = next(iter(addresses(there.snapshot, subnet.vpc, flow.service_name)), None)
    if address is None:
        return Peer(network=_public(there, flow.service_name))
    interface, endpoint = there.by_address.get(address), endpoint_at(there, address)
    if endpoint is not None:
        return Peer(network=f"{address}/32", groups=groups_of(there, endpoint))
    return Peer(network=f"{address}/32", groups=interface.groups if interface is not None else ())


def _public(there: Chart, service_name: str | None) -> str:
    """One public block of the service where its prefix list tells one, else any public address."""
    if service_name is None or gateway_for(there.snapshot, service_name) is None:
        return ANY
    known = next((one for one in there.lists.values() if one.name == service_name), None)
    return known.cidrs[0] if known is not None and known.cidrs else ANY


def _route(there: Chart, subnet: Subnet, peer: Peer, flow: Flow) -> Route | Hop:
    table = table_of(there, subnet.id)
    local = local_route(there, subnet.vpc, peer.network)
    if table is None:
        part = there.snapshot.route_tables
        words = why(part) if isinstance(part, Denied) else f"the route table of {subnet.id} could not be read"
        return local or Hop(gate=Gate.ROUTE, verdict=Verdict.UNKNOWN, subject=subnet.id, because=words)
    found = route_to(there, table, peer.network, flow.service_name) or local
    if found is None:
        return _no_route(subnet, table, peer, f"has no route to {peer.network}")
    if found.state == "blackhole" and not _is_stopped(there, found.target):
        return Hop(
            gate=Gate.BLACKHOLE,
            verdict=Verdict.BLOCKS,
            subject=f"{table.id}/{found.destination}",
            because=f"{found.destination} of {table.id} leads to {found.target}, which is gone",
            at=found.target,
            cidr=found.destination,
        )
    if stops_at_peer(found, peer.network):
        words = f"leads to {found.target}, a peering connection, which carries nothing beyond the peer"
        return _no_route(subnet, table, peer, words)
    return found


def _no_route(subnet: Subnet, table: RouteTable, peer: Peer, words: str) -> Hop:
    said = f"{table.id}, which {subnet.id} follows, {words}"
    return Hop(gate=Gate.ROUTE, verdict=Verdict.BLOCKS, subject=table.id, because=said, cidr=peer.network)


def _is_stopped(there: Chart, target: str) -> bool:
    """Whether the target is an instance that still exists: routes to a stopped one are black holes too."""
    interface = interface_of(there, target)
    return interface is not None and interface.attached_to is not None


def _within(there: Chart, subnet: Subnet, peer: Peer, flow: Flow) -> tuple[Hop, ...]:
    """To an address of this VPC, most often an endpoint's; NACLs hold for one that nobody is seen to own."""
    address = peer.network.partition("/")[0]
    interface = there.by_address.get(address)
    home = interface.subnet if interface is not None else _around(there, subnet, address)
    task = Peer(network=subnet.cidr, groups=flow.groups)
    entered = (
        _unknown(there, address) if interface is None else groups.ingress(there, peer.groups, task, flow)
    )
    return (
        *_endpoint_state(there, address),
        *_into(there, subnet, home, flow, peer.network),
        entered,
        *_back(there, subnet, home, flow, peer.network),
    )


def _abroad(there: Chart, subnet: Subnet, route: Route, peer: Peer, flow: Flow) -> tuple[Hop, ...]:
    """Into an endpoint of another VPC, as far as its groups could be read.

    References to the task's group reach over a peering, and over a transit gateway to no endpoint:
    https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html
    """
    endpoint = there.foreign.get(peer.network.partition("/")[0])
    over = route.target.partition("-")[0]
    if endpoint is None or over not in {"pcx", "tgw"}:
        return ()
    task = Peer(network=subnet.cidr, groups=flow.groups if over == "pcx" else ())
    return (groups.ingress(there, tuple(one.id for one in endpoint.groups), task, flow),)


def _around(there: Chart, subnet: Subnet, address: str) -> str:
    """The subnet of the same VPC in which an address lies; empty where that could not be read."""
    here = (one for one in there.subnets.values() if one.vpc == subnet.vpc)
    return next((one.id for one in here if cidr_fit(one.cidr, address) is Fit.WHOLLY), "")


def _unknown(there: Chart, address: str) -> Hop:
    part = there.snapshot.interfaces
    words = why(part) if isinstance(part, Denied) else f"no interface that could be read owns {address}"
    return Hop(gate=Gate.PLACE, verdict=Verdict.UNKNOWN, subject=address, because=words)


def _endpoint_state(there: Chart, address: str) -> tuple[Hop, ...]:
    endpoint = endpoint_at(there, address)
    if endpoint is None:
        return ()
    ready = endpoint.state.lower() == AVAILABLE
    return (
        Hop(
            gate=Gate.ENDPOINT,
            verdict=Verdict.ALLOWS if ready else Verdict.BLOCKS,
            subject=endpoint.id,
            because=f"{endpoint.id} ({endpoint.service_name}) is {endpoint.state}",
        ),
    )


def _into(there: Chart, subnet: Subnet, home: str, flow: Flow, cidr: str) -> tuple[Hop, ...]:
    """Over two boundaries, or none where both ends are in one subnet; of an unknown one nothing is said."""
    if home == subnet.id:
        return ()
    leave, _ = boundary(subnet, cidr, flow)
    enter = Crossing(
        subnet=home,
        egress=False,
        cidr=subnet.cidr,
        ports=(flow.port, flow.port),
        protocol=flow.protocol,
    )
    return (crossing(there, leave), *((crossing(there, enter),) if home else ()))


def _back(there: Chart, subnet: Subnet, home: str, flow: Flow, cidr: str) -> tuple[Hop, ...]:
    if home == subnet.id:
        return ()
    _, enter = boundary(subnet, cidr, flow)
    leave = Crossing(
        subnet=home,
        egress=True,
        cidr=subnet.cidr,
        ports=flow.local_ports,
        protocol=flow.protocol,
        reply=True,
    )
    return (*((crossing(there, leave),) if home else ()), crossing(there, enter))


def closed(hops: tuple[Hop, ...]) -> tuple[Hop, ...]:
    """The gates that close the path: those that block, else those that admit only a part of it."""
    blocked = tuple(hop for hop in hops if hop.verdict is Verdict.BLOCKS)
    return blocked or tuple(hop for hop in hops if hop.partial)
