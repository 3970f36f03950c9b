"""Network ACLs: stateless, at subnet boundaries only, and the first rule that matches decides."""

from __future__ import annotations

from probe.evidence.fits import Fit, Ports, cidr_fit, traffic_fit, why
from probe.evidence.flows import Flow, Gate, Hop, Verdict
from probe.evidence.places import Chart
from probe.evidence.snapshot import AclEntry, Denied, NetworkAcl, Subnet
from probe.model import Noun

LAST = 32767
"""The number of the rule ``*``, which denies what nothing before it matched."""


class Crossing(Noun, kw_only=True):
    """Packets over one subnet's boundary: out of it (``egress``) to ``cidr``, or into it from there.

    ``ports`` are the packets' destination ports; ``reply`` says which half of the flow they are.
    """

    subnet: str
    egress: bool
    cidr: str
    ports: Ports
    protocol: str
    reply: bool = False


def crossing(there: Chart, asked: Crossing) -> Hop:
    """What the subnet's NACL says of these packets."""
    acl = _acl_of(there, asked.subnet)
    if acl is None:
        part = there.snapshot.network_acls
        words = why(part) if isinstance(part, Denied) else f"no network ACL of {asked.subnet} could be read"
        return _hop(asked, Verdict.UNKNOWN, asked.subnet, words)
    fit, entry = decide(acl, asked)
    subject = f"{acl.id}/{'egress' if asked.egress else 'ingress'}/{entry.number}"
    way = f"{'to' if asked.egress else 'from'} {asked.cidr} on ports {asked.ports[0]}-{asked.ports[1]}"
    if fit is Fit.PARTLY:
        words = f"{subject} decides a part of the packets {way}, and other rules decide otherwise"
        return _hop(asked, Verdict.UNKNOWN, subject, words, partial=True)
    verdict = Verdict.ALLOWS if entry.allow else Verdict.BLOCKS
    return _hop(asked, verdict, subject, f"{subject} {'allows' if entry.allow else 'denies'} packets {way}")


def boundary(subnet: Subnet, cidr: str, flow: Flow) -> tuple[Crossing, Crossing]:
    """The request out of a flow's own subnet, and the reply back into it."""
    leave = Crossing(
        subnet=subnet.id, egress=True, cidr=cidr, ports=(flow.port, flow.port), protocol=flow.protocol
    )
    back = Crossing(
        subnet=subnet.id,
        egress=False,
        cidr=cidr,
        ports=flow.local_ports,
        protocol=flow.protocol,
        reply=True,
    )
    return leave, back


def decide(acl: NetworkAcl, asked: Crossing) -> tuple[Fit, AclEntry]:
    """The entry that decides, and whether it decides all of the packets.

    Entries that match a part are harmless as long as the one that matches the rest decides alike;
    otherwise the first of them that denies is the one to look at.
    """
    parts: list[AclEntry] = []
    for entry in sorted(acl.entries, key=lambda one: one.number):
        fit = _entry_fit(entry, asked) if entry.egress is asked.egress else Fit.NO
        if fit is Fit.WHOLLY:
            return _settle(parts, entry)
        if fit is Fit.PARTLY:
            parts.append(entry)
    rest = AclEntry(number=LAST, egress=asked.egress, allow=False, protocol="-1", cidr="0.0.0.0/0")
    return _settle(parts, rest)


def _settle(parts: list[AclEntry], last: AclEntry) -> tuple[Fit, AclEntry]:
    if all(part.allow is last.allow for part in parts):
        return Fit.WHOLLY, last
    return Fit.PARTLY, next(one for one in (*parts, last) if not one.allow)


def _entry_fit(entry: AclEntry, asked: Crossing) -> Fit:
    return min(
        traffic_fit(entry.protocol, entry.ports, asked.protocol, asked.ports),
        cidr_fit(entry.cidr, asked.cidr),
    )


def _acl_of(there: Chart, subnet: str) -> NetworkAcl | None:
    """The subnet's ACL; where the association is not shown, the only default one there is."""
    if subnet in there.acls:
        return there.acls[subnet]
    return there.default_acls[0] if len(there.default_acls) == 1 else None


def _hop(asked: Crossing, verdict: Verdict, subject: str, because: str, *, partial: bool = False) -> Hop:
    return Hop(
        gate=Gate.ACL_REPLY if asked.reply else Gate.ACL_REQUEST,
        verdict=verdict,
        subject=subject,
        because=because,
        at=asked.subnet,
        partial=partial,
        cidr=asked.cidr,
        ports=asked.ports,
        protocol=asked.protocol,
    )
