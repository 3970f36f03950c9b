"""Network path: which gate closes it, and whether the way out or a missing endpoint is to blame."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from probe.diagnosis import astray
from probe.diagnosis.astray import is_led
from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clue, Symptom, about
from probe.diagnosis.reach import (
    S3,
    is_inside,
    is_public,
    needed_services,
    service_name,
    table,
    unsettled,
    vpc_of,
    walked,
    ways,
)
from probe.evidence.fits import ANY, is_private
from probe.evidence.flows import Gate, Hop, Verdict
from probe.evidence.places import chart
from probe.evidence.snapshot import Denied, Endpoint
from probe.evidence.vpc_endpoints import (
    AVAILABLE,
    addresses,
    answers_names,
    built_on_endpoints,
    gateway_for,
    interface_for,
)
from probe.evidence.walk import closed
from probe.model import Kind, Layer, Road

ACTIVE = {Kind.REFUSED: "connection-refused", Kind.RESET: "connection-reset"}
SILENT = frozenset({Kind.TIMEOUT, Kind.UNREACHABLE, Kind.CLOSED})
NOT_ACROSS_REGIONS = frozenset({"secretsmanager", "ssm", "logs"})
"""Services whose interface endpoints do not reach another region."""

_CODES = {
    Gate.GROUP_EGRESS: "task-sg-blocks-egress",
    Gate.GROUP_INGRESS: "endpoint-sg-blocks-ingress",
    Gate.ACL_REQUEST: "nacl-blocks-request",
    Gate.ACL_REPLY: "nacl-blocks-reply",
    Gate.ENDPOINT: "vpc-endpoint-unavailable",
    Gate.ROUTE: "no-route-to-internet",
    Gate.BLACKHOLE: "route-blackholed",
    Gate.PUBLIC_ADDRESS: "no-public-ip",
    Gate.PUBLIC_ACCESS: "public-access-blocked",
    Gate.NAT: "nat-gateway-unusable",
}
OF_A_SETTING = frozenset(_CODES.values()) | {"s3-gateway-not-associated", "vpc-endpoint-missing"}
"""Codes that name what somebody configured."""

_WAY_OUT = frozenset({Gate.ROUTE, Gate.BLACKHOLE, Gate.PUBLIC_ADDRESS, Gate.PUBLIC_ACCESS, Gate.NAT})
"""Gates that an endpoint in the VPC would have spared the packets."""


def clues(case: Case, symptom: Symptom) -> Iterator[Clue]:
    """What closes the path of a symptom that is silence, or that nobody measured."""
    if symptom.untried:
        case = _resolving(case)
    if symptom.layer is Layer.TCP and symptom.kind in ACTIVE:
        stray = tuple(astray.clues(case, symptom)) if symptom.address is not None else ()
        yield from stray or (about(ACTIVE[symptom.kind], symptom.at, symptom),)
        return
    found = tuple(_explained(case, symptom)) if symptom.layer in {None, Layer.TCP} else ()
    if symptom.layer in {Layer.TLS, Layer.HTTP} and symptom.address is not None:
        found = tuple(astray.clues(case, symptom))
    yield from found
    if symptom.layer in {Layer.TLS, Layer.HTTP} and symptom.road is Road.FUNCTION and symptom.kind in SILENT:
        yield from _half_open(case, symptom)
    if symptom.layer is Layer.TCP and not symptom.untried and not found:
        yield unexplained(case, symptom)


def _resolving(case: Case) -> Case:
    """The case with DNS switched on in its VPCs: what a path would be once the name resolves."""
    known = case.snapshot.vpcs
    if isinstance(known, Denied):
        return case
    on = (msgspec.structs.replace(one, dns_support=one.dns_support is not None or None) for one in known)
    vpcs = tuple(on)
    return msgspec.structs.replace(case, snapshot=msgspec.structs.replace(case.snapshot, vpcs=vpcs))


def _half_open(case: Case, symptom: Symptom) -> Iterator[Clue]:
    """Gates that shut out some of a function's ports: one connection came through, and the next did not."""
    for hop in dict.fromkeys(hop for way in ways(case, symptom) for hop in closed(way)):
        yield _blamed(case, symptom, hop)


def unexplained(case: Case, symptom: Symptom) -> Clue:
    """The last rule: a path that is shut, though no setting that could be read shuts it."""
    hops = [hop for way in ways(case, symptom) for hop in way]
    unknown = dict.fromkeys(hop.because for hop in hops if hop.verdict is Verdict.UNKNOWN)
    open_ = dict.fromkeys(hop.because for hop in hops if hop.verdict is Verdict.ALLOWS)
    subject = f"{symptom.subnet}/{symptom.at}"
    return about(
        "path-blocked-unexplained", subject, symptom, unknown="; ".join(unknown), open="; ".join(open_)
    )


def _explained(case: Case, symptom: Symptom) -> Iterator[Clue]:
    """Where the name led astray, that and what else shuts the way; else the gates on the way."""
    blamed = tuple(dict.fromkeys(hop for way in ways(case, symptom) for hop in closed(way)))
    if symptom.address is None and is_led(case, symptom):
        yield from _led(case, symptom, blamed)
        return
    stray = tuple(astray.clues(case, symptom)) if symptom.address is not None else ()
    if stray:
        gates = _beyond(case, symptom, blamed)
        # A name that leads to a hub's endpoint leads well, where a gate on the way there can be named.
        yield from () if gates and astray.abroad(case, symptom) is not None else stray
        yield from (_blamed(case, symptom, hop) for hop in gates)
    elif is_public(case, symptom):
        yield from _outward(case, symptom, blamed)
    else:
        yield from (_blamed(case, symptom, hop) for hop in blamed)


def _led(case: Case, symptom: Symptom, hops: tuple[Hop, ...]) -> Iterator[Clue]:
    """No address was told, and a setting answers for the name: gates of every way, else that setting."""
    shut = [hop for hop in hops if hop.gate not in _WAY_OUT]
    yield from (_blamed(case, symptom, hop) for hop in shut)
    if not shut and symptom.layer is Layer.TCP and not symptom.untried:
        yield from astray.clues(case, symptom)


def _beyond(case: Case, symptom: Symptom, hops: tuple[Hop, ...]) -> tuple[Hop, ...]:
    """What else shuts the way: to an endpoint of another VPC, or to the one that the name should lead to."""
    if symptom.address is not None and is_private(symptom.address):
        if is_inside(case, symptom.subnet, symptom.address):
            return ()
        hub = astray.abroad(case, symptom)
        return tuple(hop for hop in hops if hop.gate not in _WAY_OUT or (hub and _was_a_way(hop)))
    name = service_name(symptom.target)
    meant = addresses(case.snapshot, vpc_of(case, symptom.subnet), name) if name is not None else ()
    return tuple(dict.fromkeys(hop for one in meant for hop in closed(walked(case, symptom, one))))


def _was_a_way(hop: Hop) -> bool:
    """Whether a route that leads nowhere any more was made for that network, not for everything."""
    return hop.gate is Gate.BLACKHOLE and hop.cidr != ANY


def _outward(case: Case, symptom: Symptom, hops: tuple[Hop, ...]) -> Iterator[Clue]:
    """To a public address: an endpoint that should have been used comes before the way out."""
    shut = [hop for hop in hops if hop.gate in _WAY_OUT]
    unused = _unused_endpoint(case, symptom)
    if unused is not None and (hops or symptom.layer is Layer.TCP):
        yield from _instead(case, symptom, unused)
        return
    rest = [hop for hop in hops if hop.gate not in _WAY_OUT]
    gateway = _unassociated(case, symptom)
    if gateway is not None and (shut or (symptom.layer is Layer.TCP and not rest)):
        yield gateway
    else:
        yield from (_blamed(case, symptom, hop) for hop in shut)
    yield from (_blamed(case, symptom, hop) for hop in rest)


def _unused_endpoint(case: Case, symptom: Symptom) -> Endpoint | None:
    """An interface endpoint for the service that its public name does not lead to."""
    name = service_name(symptom.target)
    endpoint = interface_for(case.snapshot, name) if name is not None else None
    if endpoint is None or endpoint.requester_managed or (symptom.target.service == S3):
        return None
    answers = answers_names(chart(case.snapshot), vpc_of(case, symptom.subnet), endpoint)
    led_there = answers and endpoint.state.lower() == AVAILABLE
    return None if led_there else endpoint


def _instead(case: Case, symptom: Symptom, endpoint: Endpoint) -> Iterator[Clue]:
    """The endpoint's name is to blame, and then whatever else would close the way to it."""
    if endpoint.state.lower() != AVAILABLE:
        said = f"{endpoint.id} for {endpoint.service_name} is {endpoint.state}"
        yield about("vpc-endpoint-unavailable", endpoint.id, symptom, said)
        return
    yield private_dns_clue(case, symptom, endpoint)
    known = chart(case.snapshot).interfaces
    listening = [address for one in endpoint.interfaces if one in known for address in known[one].addresses]
    hops = dict.fromkeys(hop for address in listening for hop in closed(walked(case, symptom, address)))
    yield from (_blamed(case, symptom, hop) for hop in hops)


def private_dns_clue(case: Case, symptom: Symptom, endpoint: Endpoint) -> Clue:
    """Which of the three switches is off: the endpoint's, or one of the VPC's attributes."""
    vpc = chart(case.snapshot).vpcs.get(vpc_of(case, symptom.subnet))
    if not endpoint.private_dns or vpc is None:
        said = f"{endpoint.id} for {endpoint.service_name} exists, and its private DNS is disabled"
        return about("private-dns-disabled", endpoint.id, symptom, said, switch="endpoint")
    switch = "enableDnsHostnames" if vpc.dns_hostnames is False else "enableDnsSupport"
    said = f"{endpoint.id} has private DNS, but {switch} of {vpc.id} is off"
    return about("private-dns-disabled", vpc.id, symptom, said, switch=switch)


def _unassociated(case: Case, symptom: Symptom) -> Clue | None:
    """S3's gateway endpoint exists, and this subnet's route table does not lead to it."""
    name = service_name(symptom.target)
    if symptom.target.service != S3 or name is None:
        return None
    gateway, followed = gateway_for(case.snapshot, name), table(case, symptom.subnet)
    if gateway is None or followed is None or followed.id in gateway.route_tables:
        return None
    said = (
        f"{gateway.id} exists, and {followed.id}, which {symptom.subnet} follows, is not associated with it"
    )
    return about("s3-gateway-not-associated", f"{gateway.id}/{followed.id}", symptom, said)


def _blamed(case: Case, symptom: Symptom, hop: Hop) -> Clue:
    """The clue that a closed gate is, under the name it has for people."""
    code, subject = _CODES.get(hop.gate, "path-blocked-unexplained"), hop.subject
    if hop.gate is Gate.ROUTE:
        return _no_route(case, symptom, hop)
    if hop.gate is Gate.PUBLIC_ADDRESS and case.spec.service:
        subject = case.spec.service.rpartition("/")[2]
    return about(code, subject, symptom, hop.because, hop=hop)


def _no_route(case: Case, symptom: Symptom, hop: Hop) -> Clue:
    """No route is a missing way out, unless this VPC was built to need none."""
    target, name = symptom.target, service_name(symptom.target)
    if target.service in NOT_ACROSS_REGIONS and target.region != case.spec.region:
        return about("cross-region-needs-internet", _reference(case, symptom), symptom, hop.because, hop=hop)
    if name is not None and (unknown := unsettled(case, symptom, name)):
        subject = f"{symptom.subnet}/{symptom.at}"
        return about(
            "path-blocked-unexplained", subject, symptom, hop.because, unknown=unknown, route=hop.because
        )
    if name is not None:
        others = built_on_endpoints(case.snapshot, needed_services(case, name))
        if others:
            said = f"{others[0].id} serves {others[0].service_name} here, and no endpoint serves {name}"
            return about("vpc-endpoint-missing", name, symptom, said, hop.because, hop=hop)
    return about("no-route-to-internet", hop.subject, symptom, hop.because, hop=hop)


def _reference(case: Case, symptom: Symptom) -> str:
    """What in the task definition names the other region."""
    target = symptom.target
    named = (one for one in case.requirements if target.host in one.hosts and one.region == target.region)
    called = (call.reference for call in target.calls if call.needed and call.reference)
    return next((one.reference for one in named), next(called, symptom.at))
