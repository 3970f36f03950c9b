"""Security groups: the rules whose absence closes a path, and the commands that add them."""

from __future__ import annotations

from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clue, Clues, Rule, says
from probe.diagnosis.commands import ec2, permission
from probe.diagnosis.reach import S3, service_name
from probe.diagnosis.symptoms import named
from probe.evidence.fits import ANY, UDP, is_private
from probe.evidence.flows import Gate, Hop
from probe.evidence.vpc_endpoints import gateway_for
from probe.model import Target


def _ingress_why(case: Case, clues: Clues) -> str:
    wanted = case.spec.security_groups[0] if case.spec.security_groups else "the task"
    return (
        f"The name leads to an interface in {clues[0].subject}, and no ingress rule of that group admits "
        f"{wanted} on port {_port(clues[0])}. A security group drops what it does not admit, so the task "
        "waits until it times out."
    )


def _ingress_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    """One rule a port, from the task's own group: it holds for every subnet the task is ever placed in.

    Where no reference to that group reaches, from its subnets.
    """
    hops = [clue.hop for clue in clues if clue.hop is not None and case.spec.security_groups]
    wanted = [permission(hop.ports[0], protocol=_name(hop), **_source(hop)) for hop in hops]
    return tuple(_authorize(case, "ingress", clues[0].subject, one) for one in named(wanted))


def _source(hop: Hop) -> dict[str, str]:
    return {"group": hop.peers[0]} if hop.peers else {"cidr": hop.cidr}


def _egress_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    wanted = [
        _egress_rule(case, clue.symptom.target, clue.hop) for clue in clues if clue.symptom and clue.hop
    ]
    return tuple(_authorize(case, "egress", clues[0].subject, one) for one in named(wanted))


def mend(case: Case, clues: Clues) -> tuple[str, ...]:
    """The missing rules, whichever end of the flow lacks them."""
    outward = clues[0].hop is not None and clues[0].hop.gate is Gate.GROUP_EGRESS
    return _egress_fix(case, clues) if outward else _ingress_fix(case, clues)


def _egress_rule(case: Case, target: Target, hop: Hop) -> str:
    """To the endpoint's group where there is one, to S3's prefix list, to the address, else to anywhere."""
    port, protocol = hop.ports[0], _name(hop)
    if hop.peers:
        return permission(port, group=hop.peers[0], protocol=protocol)
    asks = port != target.port  # A name server is asked for it.
    if target.service == S3 and not asks and (found := _prefix_list(case, service_name(target) or "")):
        return permission(port, prefix_list=found)
    return permission(port, cidr=hop.cidr if is_private(hop.cidr) else ANY, protocol=protocol)


def _prefix_list(case: Case, name: str) -> str:
    """S3's prefix list where a gateway endpoint leads to it."""
    lists = case.snapshot.prefix_lists
    if gateway_for(case.snapshot, name) is None or not isinstance(lists, tuple):
        return ""
    return next((one.id for one in lists if one.name == name), "")


def _authorize(case: Case, direction: str, group: str, permissions: str) -> str:
    return ec2(case, f"authorize-security-group-{direction}", group_id=group, ip_permissions=permissions)


def _name(hop: Hop) -> str:
    return "udp" if hop.protocol == UDP else "tcp"


def _port(clue: Clue) -> int:
    return clue.hop.ports[0] if clue.hop is not None else 443


RULES = (
    Rule(
        "endpoint-sg-blocks-ingress",
        "The endpoint's security group does not admit the task",
        _ingress_why,
        _ingress_fix,
    ),
    Rule(
        "task-sg-blocks-egress",
        "The task's security group does not let it out",
        says(
            "No egress rule of {subject} admits what the task has to reach. A security group without "
            "egress rules lets nothing out; through a gateway endpoint S3 keeps its public addresses, so "
            "that only its prefix list, or 0.0.0.0/0, admits it."
        ),
        _egress_fix,
    ),
)
