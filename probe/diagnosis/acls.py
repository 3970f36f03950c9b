"""Network ACLs: the rule that denies, and an entry before it that allows."""

from __future__ import annotations

from collections.abc import Iterable

from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clue, Clues, Rule
from probe.diagnosis.commands import Option, ec2
from probe.evidence.acls import LAST
from probe.evidence.fits import ANY, TCP, Fit, Ports, cidr_fit
from probe.evidence.flows import NAT_PORTS, Gate
from probe.evidence.snapshot import NetworkAcl, read

_STEP = 10
Want = tuple[str, Ports, str]
"""(CIDR, ports, protocol) that an entry has to allow."""


def _why(_: Case, clues: Clues) -> str:
    acl, direction, number = _parts(clues[0].subject)
    rule = "its last rule, which denies what no other matched" if number == LAST else f"rule {number}"
    return (
        f"{acl} is stateless, and in its {direction} list {rule} is the first that matches these packets. "
        "It drops them without an answer; a security group that admits them changes nothing."
    )


def _reply_why(case: Case, clues: Clues) -> str:
    return f"The request gets there; its reply does not come back. {_why(case, clues)}"


def mend(case: Case, clues: Clues) -> tuple[str, ...]:
    """Entries with free numbers before the denying one; that one replaced where there is no room."""
    acl, direction, denying = _parts(clues[0].subject)
    known = next((one for one in read(case.snapshot.network_acls) if one.id == acl), None)
    wants = _widest(dict.fromkeys(_want(case, clue) for clue in clues))
    if known is None:
        return ()
    free = _share(_free(known, direction == "egress", denying), clues[0].code, len(wants))
    if len(free) < len(wants):
        ports = [port for want in wants for port in want[1]]
        whole: Want = (ANY, (min(ports), max(ports)), wants[0][2])
        return (_entry(case, "replace", acl, direction, denying, whole),)
    return tuple(
        _entry(case, "create", acl, direction, number, want)
        for number, want in zip(free, wants, strict=False)
    )


def _widest(wants: Iterable[Want]) -> tuple[Want, ...]:
    """Without what another of them, to anywhere, allows anyhow."""
    listed = tuple(wants)
    return tuple(want for want in listed if want[0] == ANY or (ANY, *want[1:]) not in listed)


def _want(case: Case, clue: Clue) -> Want:
    """Replies on every ephemeral port, so that a NAT gateway's and a Lambda function's come back too."""
    assert clue.hop is not None  # noqa: S101  # a NACL is only ever blamed by the walk
    reply = clue.hop.gate is Gate.ACL_REPLY
    return _cidr(case, clue.hop.cidr), NAT_PORTS if reply else clue.hop.ports, clue.hop.protocol


def _cidr(case: Case, cidr: str) -> str:
    """The VPC's block that holds the other end, else anywhere."""
    blocks = (block for vpc in read(case.snapshot.vpcs) for block in vpc.cidrs)
    return next((block for block in blocks if cidr_fit(block, cidr) is Fit.WHOLLY), ANY)


def _free(acl: NetworkAcl, egress: bool, denying: int) -> list[int]:  # noqa: FBT001  # a direction
    """Unused numbers before the denying one, the nearest first."""
    used = {one.number for one in acl.entries if one.egress is egress}
    last = max((number for number in used if number < LAST), default=0)
    start = min(last + _STEP, LAST - 1) if denying == LAST else denying - 1
    return [number for number in range(start, 0, -1) if number not in used]


def _share(free: list[int], code: str, wanted: int) -> list[int]:
    """Every other number, while they last: the fixes for names and for paths at one entry must not meet."""
    mine = free[code.startswith("dns-") :: 2]
    return mine if len(mine) >= wanted else free


def _entry(case: Case, verb: str, acl: str, direction: str, number: int, want: Want) -> str:
    cidr, ports, protocol = want
    options: dict[str, Option] = {"egress" if direction == "egress" else "ingress": True}
    return ec2(
        case,
        f"{verb}-network-acl-entry",
        network_acl_id=acl,
        rule_number=str(number),
        protocol="tcp" if protocol == TCP else "udp",
        port_range=f"From={ports[0]},To={ports[1]}",
        cidr_block=cidr,
        rule_action="allow",
        **options,
    )


def _parts(subject: str) -> tuple[str, str, int]:
    acl, direction, number = subject.split("/")
    return acl, direction, int(number)


RULES = (
    Rule("nacl-blocks-request", "A network ACL drops the request", _why, mend),
    Rule("nacl-blocks-reply", "A network ACL drops the reply", _reply_why, mend),
)
