"""Ways out of a subnet: internet and NAT gateways, NAT instances, gateway endpoints, and what is beyond."""

from __future__ import annotations

import msgspec

from probe.evidence import groups, translators
from probe.evidence.acls import Crossing, boundary, crossing
from probe.evidence.controls import OFF
from probe.evidence.fits import why
from probe.evidence.flows import NAT_PORTS, Flow, Gate, Hop, Peer, Verdict
from probe.evidence.places import Chart
from probe.evidence.routes import route_to, stops_at_peer, table_of
from probe.evidence.snapshot import UNREAD, Denied, Route, Subnet, read
from probe.evidence.translators import Translator
from probe.evidence.vpc_endpoints import AVAILABLE

_FAR = {
    "tgw": "a transit gateway",
    "pcx": "a peering connection",
    "vgw": "a virtual private gateway",
    "lgw": "a local gateway",
    "cagw": "a carrier gateway",
}


def through(
    there: Chart, subnet: Subnet, route: Route, peer: Peer, flow: Flow, seen: tuple[str, ...] = ()
) -> tuple[Hop, ...]:
    """What stands at the target of a route, and behind it; ``seen`` are the translators met before."""
    match route.target.split("-", 1)[0]:
        case "igw":
            return (
                _public_address(flow, subnet, route),
                *_public_access(there, subnet, route.target, nat=False),
            )
        case "vpce":
            return (_gateway_endpoint(there, route),)
        case "nat" | "eni" | "i":
            found = translators.find(there, route.target)
            return (found,) if isinstance(found, Hop) else _translated(there, subnet, found, peer, flow, seen)
        case prefix:
            words = f"{route.target} is {_FAR.get(prefix, 'a target')} whose other side cannot be read here"
            return (Hop(gate=Gate.BEYOND, verdict=Verdict.UNKNOWN, subject=route.target, because=words),)


def stays_in(there: Chart, subnet: Subnet, route: Route) -> bool:
    """Whether a route leads to a translator in the subnet itself: the task's packets cross no boundary."""
    if route.target.split("-", 1)[0] not in {"nat", "eni", "i"}:
        return False
    found = translators.find(there, route.target)
    return isinstance(found, Translator) and found.subnet == subnet.id


def _public_address(flow: Flow, subnet: Subnet, route: Route) -> Hop:
    said = "has a public address" if flow.public_ip else "has no public address"
    return Hop(
        gate=Gate.PUBLIC_ADDRESS,
        verdict=Verdict.ALLOWS if flow.public_ip else Verdict.BLOCKS,
        subject=subnet.id,
        because=f"the route of {subnet.id} leads to {route.target}, and the task {said}",
        at=route.target,
    )


def _public_access(there: Chart, subnet: Subnet, target: str, *, nat: bool) -> tuple[Hop, ...]:
    """Block Public Access closes internet gateways; ingress alone leaves NAT gateways their way out.

    https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
    """
    part, here = there.snapshot.public_access, {subnet.id, subnet.vpc}
    if isinstance(part, Denied) and part != UNREAD:
        return (Hop(gate=Gate.PUBLIC_ACCESS, verdict=Verdict.UNKNOWN, subject=subnet.vpc, because=why(part)),)
    option = next(iter(read(part)), None)
    if option is None or option.mode == OFF or here & set(option.exclusions):
        return ()
    if nat and (option.mode == "block-ingress" or here & set(option.egress_exclusions)):
        return ()
    words = f"VPC Block Public Access ({option.mode}) closes {target} for {subnet.vpc}"
    return (Hop(gate=Gate.PUBLIC_ACCESS, verdict=Verdict.BLOCKS, subject=subnet.vpc, because=words),)


def _gateway_endpoint(there: Chart, route: Route) -> Hop:
    endpoint = there.endpoints.get(route.target)
    if endpoint is None:
        part = there.snapshot.endpoints
        words = why(part) if isinstance(part, Denied) else f"{route.target} could not be read"
        return Hop(gate=Gate.ENDPOINT, verdict=Verdict.UNKNOWN, subject=route.target, because=words)
    return Hop(
        gate=Gate.ENDPOINT,
        verdict=Verdict.ALLOWS if endpoint.state.lower() == AVAILABLE else Verdict.BLOCKS,
        subject=endpoint.id,
        because=f"{endpoint.id} ({endpoint.service_name}) is {endpoint.state}",
    )


def _translated(
    there: Chart, subnet: Subnet, by: Translator, peer: Peer, flow: Flow, seen: tuple[str, ...]
) -> tuple[Hop, ...]:
    """Through a translator: its own state and groups, its subnet's boundaries, and on by its own route."""
    home = there.subnets.get(by.subnet)
    state = _state(there, by, home, peer, seen)
    if home is None:
        return (state,)
    # Linux keeps the port of what it translates; a NAT gateway takes one of its own.
    ports = flow.local_ports if by.groups else NAT_PORTS
    own = msgspec.structs.replace(
        flow, subnet=home.id, groups=by.groups, public_ip=by.public, local_ports=ports
    )
    met = (
        (
            groups.ingress(there, by.groups, Peer(network=subnet.cidr, groups=flow.groups), flow),
            groups.egress(there, own, peer),
        )
        if by.groups
        else ()
    )
    enter, leave = _entered(there, subnet, home, flow)
    return (
        state,
        *met,
        *enter,
        *(crossing(there, way) for way in boundary(home, peer.network, own)),
        *leave,
        # Where it leads to once it works is not told before it does.
        *(() if state.verdict is Verdict.BLOCKS else _onward(there, home, peer, own, (*seen, by.id))),
    )


def _state(there: Chart, by: Translator, home: Subnet | None, peer: Peer, seen: tuple[str, ...]) -> Hop:
    trouble = by.trouble or (_astray(there, by, home, peer, seen) if home is not None else None)
    works = f"{by.id} forwards what it is sent"
    if home is not None and table_of(there, home.id) is None:
        works = f"{works}; the route table of its subnet {home.id} could not be read"
    return Hop(
        gate=Gate.NAT,
        verdict=Verdict.BLOCKS if trouble else Verdict.ALLOWS,
        subject=by.id,
        because=trouble or works,
        at=by.at,
    )


def _astray(there: Chart, by: Translator, home: Subnet, peer: Peer, seen: tuple[str, ...]) -> str | None:
    """Why the translator's own subnet does not lead out; nothing where it does, or could not be read."""
    table = table_of(there, home.id)
    if table is None:
        return None
    route = route_to(there, table, peer.network)
    if route is None or route.state == "blackhole" or stops_at_peer(route, peer.network):
        return f"{table.id} of {by.id}'s own subnet {home.id} has no way to {peer.network}"
    if route.target in {by.id, by.at, *seen}:
        return f"{table.id} of {by.id}'s own subnet {home.id} leads back to {route.target}"
    if route.target.startswith("igw-") and not by.public:
        private = f"{by.id} is a private {by.kind}" if not by.groups else f"{by.id} has no public address"
        return f"{private}, which reaches no public address through {route.target}"
    return None


def _onward(there: Chart, home: Subnet, peer: Peer, flow: Flow, seen: tuple[str, ...]) -> tuple[Hop, ...]:
    """What stands at the end of the translator's own route."""
    table = table_of(there, home.id)
    route = route_to(there, table, peer.network) if table is not None else None
    if route is None:
        return ()
    if route.target.startswith("igw-"):
        return _public_access(there, home, route.target, nat=not flow.groups)
    return through(there, home, route, peer, flow, seen)


def _entered(
    there: Chart, subnet: Subnet, home: Subnet, flow: Flow
) -> tuple[tuple[Hop, ...], tuple[Hop, ...]]:
    """Over the boundary of the translator's subnet: the request into it, and the reply out of it."""
    if home.id == subnet.id:
        return (), ()
    port = (flow.port, flow.port)
    enter = Crossing(subnet=home.id, egress=False, cidr=subnet.cidr, ports=port, protocol=flow.protocol)
    leave = msgspec.structs.replace(enter, egress=True, ports=flow.local_ports, reply=True)
    return (crossing(there, enter),), (crossing(there, leave),)
