"""Security groups: any rule that allows is enough, and there is nothing else in them."""

from __future__ import annotations

from probe.evidence.fits import Fit, cidr_fit, list_fit, traffic_fit
from probe.evidence.flows import Flow, Gate, Hop, Peer, Verdict
from probe.evidence.places import Chart
from probe.evidence.snapshot import GroupRule, SecurityGroup


def egress(there: Chart, flow: Flow, to: Peer) -> Hop:
    """Whether the task's groups let the flow out."""
    return _judge(there, flow.groups, to, flow, Gate.GROUP_EGRESS)


def ingress(there: Chart, groups: tuple[str, ...], came_from: Peer, flow: Flow) -> Hop:
    """Whether the groups of what the flow goes to let it in."""
    return _judge(there, groups, came_from, flow, Gate.GROUP_INGRESS)


def _judge(there: Chart, groups: tuple[str, ...], peer: Peer, flow: Flow, gate: Gate) -> Hop:
    known = [there.groups[one] for one in groups if one in there.groups]
    fits = [(_group_fit(there, one, gate, peer, flow), one.id) for one in known]
    best, subject = max(fits, key=lambda fit: fit[0], default=(Fit.NO, groups[0] if groups else ""))
    if best is Fit.NO and (len(known) < len(groups) or not groups or not flow.groups):
        return _hop(Verdict.UNKNOWN, gate, subject, "not every group could be read", peer, flow)
    match best:
        case Fit.WHOLLY:
            return _hop(
                Verdict.ALLOWS, gate, subject, f"a rule of {subject} admits {_said(peer, flow)}", peer, flow
            )
        case Fit.PARTLY:
            words = f"the rules of {subject} admit only a part of {_said(peer, flow)}"
            return _hop(Verdict.UNKNOWN, gate, subject, words, peer, flow, partial=True)
        case Fit.NO:
            direction = "egress" if gate is Gate.GROUP_EGRESS else "ingress"
            words = f"no {direction} rule of {', '.join(groups)} admits {_said(peer, flow)}"
            return _hop(Verdict.BLOCKS, gate, groups[0], words, peer, flow)


def _group_fit(there: Chart, group: SecurityGroup, gate: Gate, peer: Peer, flow: Flow) -> Fit:
    outward = gate is Gate.GROUP_EGRESS
    rules = [rule for rule in group.rules if rule.egress is outward]
    return max((_rule_fit(there, rule, peer, flow) for rule in rules), default=Fit.NO)


def _rule_fit(there: Chart, rule: GroupRule, peer: Peer, flow: Flow) -> Fit:
    return min(
        traffic_fit(rule.protocol, rule.ports, flow.protocol, (flow.port, flow.port)),
        _peer_fit(there, rule, peer),
    )


def _peer_fit(there: Chart, rule: GroupRule, peer: Peer) -> Fit:
    if rule.group is not None:
        return Fit.WHOLLY if rule.group in peer.groups else Fit.NO
    if rule.prefix_list is not None:
        known = there.lists.get(rule.prefix_list)
        return Fit.PARTLY if known is None else list_fit(known, peer.network)
    return cidr_fit(rule.cidr, peer.network) if rule.cidr is not None else Fit.NO


def _said(peer: Peer, flow: Flow) -> str:
    named = f" ({', '.join(peer.groups)})" if peer.groups else ""
    return f"{peer.network}{named} on port {flow.port}"


def _hop(  # noqa: PLR0913  # a hop is that wide
    verdict: Verdict, gate: Gate, subject: str, because: str, peer: Peer, flow: Flow, *, partial: bool = False
) -> Hop:
    return Hop(
        gate=gate,
        verdict=verdict,
        subject=subject,
        because=because,
        partial=partial,
        cidr=peer.network,
        ports=(flow.port, flow.port),
        protocol=flow.protocol,
        peers=peer.groups,
    )
