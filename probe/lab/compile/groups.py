"""Security groups as chains: any rule that admits is enough, and what none admits is dropped.

Interfaces with the same groups share a chain for each direction.  A chain is only asked about the first
packet of a connection: ``ruleset`` lets the rest pass by connection tracking, as AWS does.
https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
"""

from __future__ import annotations

from collections.abc import Iterator

from probe.lab.compile.matching import peer, sentence, traffic
from probe.lab.identity import by_id
from probe.lab.state import Eni, Rule, State


def chain_name(groups: tuple[str, ...], *, egress: bool) -> str:
    """The chain for interfaces that carry exactly these groups."""
    return "_".join(sorted(group.replace("-", "_") for group in groups)) + (
        "_egress" if egress else "_ingress"
    )


def chains(local: State, everywhere: State) -> dict[str, list[str]]:
    """The chains for every combination of groups in a VPC: chain name to rules.

    ``everywhere`` is the whole state: a referenced group's members may live in a peer VPC.
    """
    worn = sorted({eni.groups for eni in local.enis if eni.groups})
    return {
        chain_name(groups, egress=egress): [*_rules(groups, everywhere, egress=egress), "drop"]
        for groups in worn
        for egress in (True, False)
    }


def gate(enis: tuple[Eni, ...], device_of: dict[str, str], *, egress: bool) -> str:
    """The verdict map's elements: each filtered interface's device to its chain."""
    filtered = (eni for eni in enis if eni.groups)
    return ", ".join(
        f'"{device_of[eni.id]}" : jump {chain_name(eni.groups, egress=egress)}' for eni in filtered
    )


def _rules(groups: tuple[str, ...], everywhere: State, *, egress: bool) -> Iterator[str]:
    known = by_id(everywhere.groups)
    side = "daddr" if egress else "saddr"
    for group in (known[one] for one in sorted(groups) if one in known):
        for rule in (one for one in group.rules if one.egress is egress):
            where = peer(side, _blocks(rule, group.vpc, everywhere))
            if where is not None:
                yield sentence(traffic(rule.protocol, rule.ports), where, "return")


def _blocks(rule: Rule, vpc: str, everywhere: State) -> tuple[str, ...]:
    match rule.peer.partition("-")[0]:
        case "sg":
            return everywhere.members(rule.peer, vpc)
        case "pl":
            return next((one.cidrs for one in everywhere.prefix_lists if one.id == rule.peer), ())
        case _:
            return (rule.peer,)
