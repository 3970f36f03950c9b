"""Names: which server is silent or wrong, and which setting of this VPC makes it so.

Port 53 raises codes of this topic only; the group or the NACL that explains them is their subject.
"""

from __future__ import annotations

from collections.abc import Iterator

from probe.diagnosis.astray import diverted, firewalled
from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clue, Symptom, about
from probe.diagnosis.reach import vpc_of
from probe.diagnosis.symptoms import heard
from probe.evidence.dns import custom_servers, hosted_zone
from probe.evidence.fits import TCP, UDP
from probe.evidence.flows import Flow, Gate
from probe.evidence.places import chart
from probe.evidence.walk import closed, path
from probe.model import Kind, Layer, Observation, Status

PORT = 53
SILENT = frozenset({Kind.TIMEOUT, Kind.UNREACHABLE, Kind.REFUSED, Kind.RESET, Kind.CLOSED})
ABSENT = frozenset({Kind.NAME_NOT_FOUND, Kind.NO_DATA})
WRONG = frozenset({Kind.SERVER_FAILURE, Kind.QUERY_REFUSED})
_FILTERS = frozenset({Gate.GROUP_EGRESS, Gate.GROUP_INGRESS, Gate.ACL_REQUEST, Gate.ACL_REPLY})


def clues(case: Case, symptom: Symptom) -> Iterator[Clue]:
    """What explains a name that did not resolve, or a transport of a name server that is shut."""
    if symptom.layer is None:
        yield from _switched_off(case, symptom)
    if symptom.layer is not Layer.DNS or symptom.observation is None:
        return
    if symptom.observation.operation == "resolve-system":
        yield from _unresolved(case, symptom)
    elif symptom.kind in SILENT and symptom.address is not None:
        yield from _silent_server(case, symptom, symptom.address)
    elif symptom.kind in WRONG and symptom.address is not None and symptom.warning:
        yield from _wrong_beside(case, symptom, symptom.address)


def _switched_off(case: Case, symptom: Symptom) -> Iterator[Clue]:
    """Where nobody measured: nothing resolves in a VPC without DNS, unless it has servers of its own."""
    there, vpc = chart(case.snapshot), vpc_of(case, symptom.subnet)
    known = there.vpcs.get(vpc)
    if known is not None and known.dns_support is False and not custom_servers(there, vpc):
        yield about("dns-support-disabled", vpc, symptom, f"enableDnsSupport of {vpc} is off")


def _unresolved(case: Case, symptom: Symptom) -> Iterator[Clue]:
    """The resolver failed: a silent server explains itself elsewhere; else the answer, and what made it."""
    questions = _questions(case, symptom)
    kinds = [one.failure.kind for one in questions if one.failure is not None]
    told = [kind for kind in kinds if kind in WRONG | ABSENT]
    if kinds and not told:
        return
    shut = () if questions else tuple(_shut_by_configuration(case, symptom))
    yield from shut or (_answered(case, symptom, told[0] if told else symptom.kind),)


def _shut_by_configuration(case: Case, symptom: Symptom) -> Iterator[Clue]:
    """On a road without addresses: a custom name server whose way a group or a NACL closes."""
    servers = custom_servers(chart(case.snapshot), vpc_of(case, symptom.subnet))
    found = (clue for one in servers for clue in _filtered(case, symptom, one, "dns-resolver-unreachable"))
    yield from (clue for clue in found if clue.hop is not None)


def _answered(case: Case, symptom: Symptom, kind: Kind | None) -> Clue:
    """Who gave the answer that is no address: a firewall never fails, a rule's targets may say anything."""
    there, vpc = chart(case.snapshot), vpc_of(case, symptom.subnet)
    led = (firewalled(there, vpc, symptom) if kind not in WRONG else None) or diverted(there, vpc, symptom)
    if led is not None:
        return led
    known = there.vpcs.get(vpc)
    if known is not None and known.dns_support is False:
        return about("dns-support-disabled", vpc, symptom, f"enableDnsSupport of {vpc} is off")
    if kind in WRONG:
        return about("dns-server-failure", _failing_server(case, symptom), symptom)
    zone = hosted_zone(there, vpc, symptom.target.host)
    if zone is not None:
        said = f"{zone.id} ({zone.name}) answers for {symptom.target.host} in {vpc}, and has no such name"
        return about("dns-name-not-found", zone.id, symptom, said)
    return about("dns-name-not-found", vpc or symptom.subnet, symptom)


def _failing_server(case: Case, symptom: Symptom) -> str:
    """The server that said it fails; where nobody measured one by one, the first of the VPC's own."""
    asked = _questions(case, symptom)
    said = (one.address for one in asked if one.failure is not None and one.failure.kind in WRONG)
    configured = custom_servers(chart(case.snapshot), vpc_of(case, symptom.subnet))
    return next(filter(None, said), symptom.address) or next(iter(configured), "the VPC's resolver")


def _silent_server(case: Case, symptom: Symptom, server: str) -> Iterator[Clue]:
    """Both transports silent is one finding; one of them alone is blocked, and only on a custom server."""
    there, vpc = chart(case.snapshot), vpc_of(case, symptom.subnet)
    known = there.vpcs.get(vpc)
    if known is not None and known.dns_support is False and server not in custom_servers(there, vpc):
        yield about("dns-support-disabled", vpc, symptom, f"enableDnsSupport of {vpc} is off")
        return
    code = "dns-resolver-unreachable"
    if not _mute(case, symptom, server):
        if server not in custom_servers(there, vpc):
            return
        operation = symptom.observation.operation if symptom.observation is not None else ""
        code = "dns-udp-blocked" if operation == "resolve-udp" else "dns-tcp-blocked"
    yield from _filtered(case, symptom, server, code)


def _filtered(case: Case, symptom: Symptom, server: str, code: str) -> Iterator[Clue]:
    """The group or NACL on the way to a server, else the DHCP options that name it, else the VPC."""
    over_tcp = symptom.observation is not None and symptom.observation.operation == "resolve-tcp"
    flow = Flow(
        subnet=symptom.subnet,
        groups=case.spec.security_groups,
        public_ip=case.spec.assign_public_ip,
        address=server,
        port=PORT,
        protocol=TCP if over_tcp else UDP,
    )
    there, vpc = chart(case.snapshot), vpc_of(case, symptom.subnet)
    custom = server in custom_servers(there, vpc)
    shut = [hop for hop in closed(path(case.snapshot, flow)) if hop.gate in _FILTERS] if custom else []
    for hop in shut:
        yield about(code, hop.subject, symptom, hop.because, hop=hop, server=server)
    if not shut:
        known = there.vpcs.get(vpc)
        options = known.dhcp_options if known is not None and custom else None
        said = (f"{options} makes {server} the name server of {vpc}",) if options else ()
        yield about(code, options or vpc or symptom.subnet, symptom, *said, server=server)


def _questions(case: Case, symptom: Symptom) -> tuple[Observation, ...]:
    seen = heard(case, symptom.subnet, symptom.target.name)
    return tuple(one for one in seen if one.layer is Layer.DNS and one.operation != "resolve-system")


def _wrong_beside(case: Case, symptom: Symptom, server: str) -> Iterator[Clue]:
    """A custom server that fails whatever it is asked, beside one that knows: who is asked first decides."""
    knows = any(one.status is Status.PASS and one.address != server for one in _questions(case, symptom))
    custom = server in custom_servers(chart(case.snapshot), vpc_of(case, symptom.subnet))
    if knows and custom and _always(case, symptom, server, WRONG):
        yield about("dns-server-failure", server, symptom)


def _mute(case: Case, symptom: Symptom, server: str) -> bool:
    """Whether a server answered over no transport at all; an answer that refuses is an answer."""
    return _always(case, symptom, server, SILENT)


def _always(case: Case, symptom: Symptom, server: str, kinds: frozenset[Kind]) -> bool:
    """Whether every question to a server ended in one of these ways."""
    asked = [one for one in _questions(case, symptom) if one.address == server]
    return bool(asked) and all(
        one.status is Status.FAIL and one.failure is not None and one.failure.kind in kinds for one in asked
    )
