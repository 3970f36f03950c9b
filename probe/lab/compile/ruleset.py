"""A namespace's nftables text: the order in which a packet is asked.

On a VPC's router: source/destination check, internet gateway, the ACL of the subnet it leaves, the ACL of
the subnet it enters, both without memory; then connection tracking; then the groups of the interface it
comes from and of the one it goes to.  Network ACLs do not see traffic within a subnet.  What is for the
router itself (AmazonProvidedDNS) is not forwarded, so nothing here touches it: neither does AWS.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from probe.lab.compile import acls, groups, transit
from probe.lab.compile.conditions import Conditions, Shut
from probe.lab.compile.devices import INSIDE, OPERATOR, OUTSIDE, device
from probe.lab.compile.matching import one_of, peer, sentence
from probe.lab.state import Eni, State, Vpc

_NAT_PORTS = "1024-32767"
"""A NAT gateway uses 1024-65535; the lower part alone makes an ACL that forgot it fail every time."""

_SHUT: dict[Shut, str] = {
    "drop": "drop",
    "refuse": "reject with tcp reset",
    # The SYN is let in, and its answer out; the next packet of the client's is answered with a reset.
    "reset": "tcp flags & syn != syn reject with tcp reset",
}


def router(vpc: Vpc, local: State, everywhere: State, conditions: Conditions) -> str:
    """The ruleset of one VPC's router."""
    chains = {
        "input": ["type filter hook input priority 0; policy drop;", *_input(vpc)],
        **{name: rules for acl in local.acls for name, rules in acls.chains(acl).items()},
        **groups.chains(local, everywhere),
        "tracked": list(_tracked(local)),
        "forward": ["type filter hook forward priority 0; policy drop;", *_forward(local, conditions)],
        "arriving": ["type nat hook prerouting priority dstnat;", *_arriving(local)],
        "leaving": ["type nat hook postrouting priority srcnat;", *_leaving(local)],
    }
    return _ruleset(chains)


def shut(ways: Iterable[tuple[str, Shut]]) -> str:
    """A ruleset that shuts port 443 of some blocks (empty for every address), each in its way.

    The person at the desk is not in the VPC, and finds it open.
    """
    rules = (
        sentence(
            f'iifname != "{OPERATOR}"',
            peer("daddr", [block or "0.0.0.0/0"]) or "",
            "tcp dport 443",
            _SHUT[how],
        )
        for block, how in ways
    )
    return _ruleset({"input": ["type filter hook input priority 0;", *rules]})


def nat_gateway(eni: Eni) -> str:
    """The ruleset inside a NAT gateway: others' packets leave under its address; it answers nobody."""
    closed = ["type filter hook input priority 0; policy drop;"]
    return _ruleset({"input": closed, "leaving": _masquerade(eni, f" to :{_NAT_PORTS}")})


def nat_instance(eni: Eni) -> str:
    """The ruleset inside a NAT instance: others' packets leave under its address."""
    return _ruleset({"leaving": _masquerade(eni, "")})


def _masquerade(eni: Eni, ports: str) -> list[str]:
    behind = f'oifname "{INSIDE}" ip saddr != {eni.address}'
    return [
        "type nat hook postrouting priority srcnat;",
        f"{behind} meta l4proto {{ tcp, udp }} masquerade{ports}",
        f"{behind} masquerade",
    ]


def _ruleset(chains: dict[str, list[str]]) -> str:
    """One transaction that takes the place of whatever was loaded before."""
    bodies = (f"chain {name} {{\n  " + "\n  ".join(rules) + "\n }" for name, rules in chains.items())
    return "table ip lab\ndelete table ip lab\ntable ip lab {\n " + "\n ".join(bodies) + "\n}\n"


def _input(vpc: Vpc) -> Iterator[str]:
    """What the router itself takes: queries, where the VPC has DNS support."""
    if vpc.dns_support:
        yield "meta l4proto { tcp, udp } th dport 53 accept"


def _forward(local: State, conditions: Conditions) -> Iterator[str]:
    if conditions.largest is not None:
        yield f"meta length > {conditions.largest} drop"
    yield from _checks(local)
    yield from _internet_gateway(local)
    yield from transit.zones(local)
    for subnet in local.subnets:
        here = [f'"{device(eni.id)}"' for eni in local.enis if eni.subnet == subnet.id]
        if here:
            yield f"iifname {one_of(here)} oifname {one_of(here)} goto tracked"
    for direction, egress in (("iifname", True), ("oifname", False)):
        gates = [gate for acl in local.acls for gate in _acl_gates(acl.id, acl.subnets, local, egress=egress)]
        if gates:
            yield f"{direction} vmap {one_of(gates)}"
    yield "goto tracked"


def _acl_gates(acl: str, subnets: tuple[str, ...], local: State, *, egress: bool) -> Iterator[str]:
    chain = acls.chain_name(acl, egress=egress)
    return (f'"{device(eni.id)}" : jump {chain}' for eni in local.enis if eni.subnet in subnets)


def _checks(local: State) -> Iterator[str]:
    checked = [eni for eni in local.enis if eni.checked]
    if not checked:
        return
    devices = one_of(f'"{device(eni.id)}"' for eni in checked)
    pairs = one_of(f'"{device(eni.id)}" . {eni.address}' for eni in checked)
    for direction, side in (("iifname", "saddr"), ("oifname", "daddr")):
        yield f"{direction} {devices} {direction} . ip {side} != {pairs} drop"


def _internet_gateway(local: State) -> Iterator[str]:
    allowed = sorted(eni.address for eni in local.public())
    yield (
        f'oifname "{OUTSIDE}" ip saddr != {one_of(allowed)} drop' if allowed else f'oifname "{OUTSIDE}" drop'
    )


def _tracked(local: State) -> Iterator[str]:
    yield "ct state established,related accept"
    devices = {eni.id: device(eni.id) for eni in local.enis}
    for direction, egress in (("iifname", True), ("oifname", False)):
        gates = groups.gate(local.enis, devices, egress=egress)
        if gates:
            yield f"{direction} vmap {{ {gates} }}"
    yield "accept"


def _arriving(local: State) -> Iterator[str]:
    pairs = [f"{eni.public_address} : {eni.address}" for eni in local.public()]
    if pairs:
        yield f'iifname "{OUTSIDE}" dnat to ip daddr map {one_of(pairs)}'


def _leaving(local: State) -> Iterator[str]:
    pairs = [f"{eni.address} : {eni.public_address}" for eni in local.public()]
    if pairs:
        yield f'oifname "{OUTSIDE}" snat to ip saddr map {one_of(pairs)}'
