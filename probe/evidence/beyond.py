"""Ways out of a subnet: internet and NAT gateways, NAT instances, gateway endpoints, and what is beyond."""

from __future__ import annotations

from probe.evidence import groups
from probe.evidence.acls import Crossing, crossing
from probe.evidence.fits import is_private, why
from probe.evidence.flows import NAT_PORTS, Flow, Gate, Hop, Peer, Verdict
from probe.evidence.places import Chart
from probe.evidence.routes import route_to, table_of
from probe.evidence.snapshot import Denied, Interface, NatGateway, Route, Subnet, read
from probe.evidence.vpc_endpoints import AVAILABLE

_FAR = {
    "tgw": "a transit gateway",
    "pcx": "a peering connection",
    "vgw": "a virtual private gateway",
    "lgw": "a local gateway",
    "cagw": "a carrier gateway",
}


def through(there: Chart, subnet: Subnet, route: Route, peer: Peer, flow: Flow) -> tuple[Hop, ...]:
    """What stands at the target of a route, and behind it."""
    match route.target.split("-", 1)[0]:
        case "igw":
            return (
                _public_address(flow, subnet, route),
                *_public_access(there, subnet, route.target, nat=False),
            )
        case "nat":
            return _nat(there, subnet, route.target, peer, flow)
        case "vpce":
            return (_gateway_endpoint(there, route),)
        case "eni" | "i":
            return _instance(there, subnet, route.target, peer, flow)
        case prefix:
            words = f"{route.target} is {_FAR.get(prefix, 'a target')} whose other side cannot be read here"
            return (Hop(gate=Gate.BEYOND, verdict=Verdict.UNKNOWN, subject=route.target, because=words),)


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
    """Block Public Access closes internet gateways; block-ingress leaves NAT gateways their way out."""
    option = next(iter(read(there.snapshot.public_access)), None)
    closing = {"block-bidirectional"} if nat else {"block-bidirectional", "block-ingress"}
    if option is None or option.mode not in closing or {subnet.id, subnet.vpc} & set(option.exclusions):
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


def _nat(there: Chart, subnet: Subnet, target: str, peer: Peer, flow: Flow) -> tuple[Hop, ...]:
    gateway = there.nats.get(target)
    if gateway is None:
        part = there.snapshot.nat_gateways
        words = why(part) if isinstance(part, Denied) else f"{target} could not be read"
        return (Hop(gate=Gate.NAT, verdict=Verdict.UNKNOWN, subject=target, because=words),)
    home = there.subnets.get(gateway.subnet)
    state = _nat_state(there, gateway, home, peer)
    if home is None or state.verdict is Verdict.BLOCKS:
        return (state,)
    return (state, *_translated(there, subnet, home, peer, flow))


def _nat_state(there: Chart, gateway: NatGateway, home: Subnet | None, peer: Peer) -> Hop:
    words = f"{gateway.id} is {gateway.state}"
    usable = gateway.state == AVAILABLE
    if usable and not gateway.public and not is_private(peer.network):
        usable, words = False, f"{gateway.id} is a private NAT gateway, which reaches no public address"
    elif usable and home is not None and gateway.public:
        usable, words = _way_out(there, home, gateway.id, peer)
    return Hop(
        gate=Gate.NAT,
        verdict=Verdict.ALLOWS if usable else Verdict.BLOCKS,
        subject=gateway.id,
        because=words,
        at=gateway.subnet,
    )


def _way_out(there: Chart, home: Subnet, translator: str, peer: Peer) -> tuple[bool, str]:
    """Whether the translator's own subnet leads out; an unread table is taken to."""
    table = table_of(there, home.id)
    if table is None:
        return True, f"{translator} is available; the route table of its subnet {home.id} could not be read"
    route = route_to(there, table, peer.network)
    if route is None or route.state == "blackhole":
        return False, f"{table.id} of {translator}'s own subnet {home.id} has no way to {peer.network}"
    if route.target == translator:
        return False, f"{table.id} of {translator}'s own subnet {home.id} leads back to {translator}"
    return True, f"{translator} is available, and {table.id} leads it to {route.target}"


def _translated(there: Chart, subnet: Subnet, home: Subnet, peer: Peer, flow: Flow) -> tuple[Hop, ...]:
    """Over the boundaries of the translator's subnet, both ways; the task's own are asked elsewhere."""
    port = (flow.port, flow.port)
    ways = [
        Crossing(subnet=home.id, egress=True, cidr=peer.network, ports=port, protocol=flow.protocol),
        Crossing(
            subnet=home.id,
            egress=False,
            cidr=peer.network,
            ports=NAT_PORTS,
            protocol=flow.protocol,
            reply=True,
        ),
    ]
    if home.id != subnet.id:
        enter = Crossing(subnet=home.id, egress=False, cidr=subnet.cidr, ports=port, protocol=flow.protocol)
        leave = Crossing(
            subnet=home.id,
            egress=True,
            cidr=subnet.cidr,
            ports=flow.local_ports,
            protocol=flow.protocol,
            reply=True,
        )
        ways = [enter, *ways, leave]
    return (*(crossing(there, way) for way in ways), *_public_access(there, home, home.id, nat=True))


def _instance(there: Chart, subnet: Subnet, target: str, peer: Peer, flow: Flow) -> tuple[Hop, ...]:
    interface = next((one for one in there.interfaces.values() if target in {one.id, one.attached_to}), None)
    if interface is None:
        words = f"{target}, a NAT instance or appliance, could not be read"
        return (Hop(gate=Gate.NAT, verdict=Verdict.UNKNOWN, subject=target, because=words),)
    state = _instance_state(there, interface)
    home = there.subnets.get(interface.subnet)
    if home is None or state.verdict is Verdict.BLOCKS:
        return (state,)
    task = Peer(network=subnet.cidr, groups=flow.groups)
    entered = groups.ingress(there, interface.groups, task, flow)
    return (state, entered, *_translated(there, subnet, home, peer, flow))


def _instance_state(there: Chart, interface: Interface) -> Hop:
    name = interface.attached_to or interface.id
    instance = there.instances.get(name)
    words, verdict = f"{name} forwards what it is sent", Verdict.ALLOWS
    if interface.source_dest_check:
        words, verdict = f"{name} checks source and destination, so it forwards nothing", Verdict.BLOCKS
    elif instance is not None and instance.state != "running":
        words, verdict = f"{name} is {instance.state}", Verdict.BLOCKS
    return Hop(gate=Gate.NAT, verdict=verdict, subject=name, because=words, at=interface.id)
