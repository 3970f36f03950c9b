"""How a rule's addresses, ports and protocol meet those of a flow: wholly, not at all, or in part.

*In part* is a value of its own: a rule that admits half of a range neither admits nor blocks the flow.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache

from probe.evidence.snapshot import Denied, PrefixList

ANY = "0.0.0.0/0"
ALL_PROTOCOLS = "-1"
TCP, UDP = "6", "17"
_NAMES = {"all": ALL_PROTOCOLS, "tcp": TCP, "udp": UDP, "icmp": "1"}
_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Ports = tuple[int, int]


class Fit(IntEnum):
    """Ordered, so that the fit of several conditions is the least, and of several ways the greatest."""

    NO = 0
    PARTLY = 1
    WHOLLY = 2


@lru_cache(maxsize=4096)
def network(cidr: str) -> Network:
    """A CIDR, or an address as a network of one; host bits may be set, as they may be in AWS's rules."""
    return ipaddress.ip_network(cidr, strict=False)


@lru_cache(maxsize=16384)
def cidr_fit(rule: str, flow: str) -> Fit:
    """Whether a rule's CIDR covers a flow's addresses.

    ``0.0.0.0/0`` as the flow's means "some public address, unknown which": a private block is not it.
    """
    ours, theirs = network(rule), network(flow)
    if ours.version != theirs.version:
        return Fit.NO
    if theirs.subnet_of(ours):  # type: ignore[arg-type]  # of one version, as asked above
        return Fit.WHOLLY
    if not theirs.overlaps(ours) or (flow == ANY and is_private(rule)):
        return Fit.NO
    return Fit.PARTLY


def list_fit(prefix_list: PrefixList, flow: str) -> Fit:
    """Whether a prefix list covers a flow's addresses."""
    return max((cidr_fit(cidr, flow) for cidr in prefix_list.cidrs), default=Fit.NO)


def ports_fit(rule: Ports | None, flow: Ports) -> Fit:
    """Whether a rule's inclusive port range, absent for all, covers a flow's."""
    if rule is None or (rule[0] <= flow[0] and flow[1] <= rule[1]):
        return Fit.WHOLLY
    return Fit.NO if rule[1] < flow[0] or flow[1] < rule[0] else Fit.PARTLY


def protocol_fit(rule: str, flow: str) -> Fit:
    """Whether a rule is about the flow's protocol; AWS writes names in groups and numbers in NACLs."""
    number = _NAMES.get(rule.lower(), rule)
    return Fit.WHOLLY if number in {ALL_PROTOCOLS, flow} else Fit.NO


def traffic_fit(protocol: str, ports: Ports | None, flows: str, flow_ports: Ports) -> Fit:
    """Whether a rule's protocol and ports cover a flow's; a rule for every protocol has no ports."""
    fit = protocol_fit(protocol, flows)
    every = _NAMES.get(protocol.lower(), protocol) == ALL_PROTOCOLS
    return fit if every else min(fit, ports_fit(ports, flow_ports))


def is_private(cidr: str) -> bool:
    """RFC 1918, 100.64.0.0/10, link-local and ULA: never what Python calls private."""
    asked = network(cidr)
    if isinstance(asked, ipaddress.IPv6Network):
        return asked.subnet_of(ipaddress.IPv6Network("fc00::/7"))
    return any(asked.subnet_of(ipaddress.IPv4Network(block)) for block in _PRIVATE)


def inside(address: str, cidrs: Iterable[str]) -> bool:
    """Whether any of the CIDRs holds the address."""
    return any(cidr_fit(cidr, address) is Fit.WHOLLY for cidr in cidrs)


def why(part: Denied) -> str:
    """In words, why a part of the snapshot is unknown."""
    return f"{part.action or 'it'} was not answered: {part.words}" if part.action else part.words
