"""A Blueprint built in the kernel, and rebuilt: only what changed is touched.

Rules are loaded before the lines that would let a packet reach them, so that a new interface is never
without its groups; a namespace's ruleset is replaced in one transaction.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

from probe.lab import netns
from probe.lab.compile import Blueprint, Link, Node

_NOTHING = Blueprint(nodes={}, links=())
_NO_RULES = "table ip lab\ndelete table ip lab\n"
"""Loading an empty text would leave what was loaded before: a port once shut would never open again."""

_SETTINGS = (
    # Replies may come in by another device than the one that leads back (a NAT gateway's detour).
    ("ipv4/conf/all/rp_filter", "0"),
    ("ipv4/conf/default/rp_filter", "0"),
    # Every router has the same address towards its interfaces, and asks its peers from it.
    ("ipv4/conf/all/accept_local", "1"),
    # Addresses of IPv6 are not compiled; without it no interface spends a second on duplicate detection.
    ("ipv6/conf/default/disable_ipv6", "1"),
)


class Kernel:
    """The kernel's namespaces as this lab made them.  Safe to call from several threads."""

    def __init__(self) -> None:
        self._built = _NOTHING
        self._lock = threading.Lock()

    def apply(self, wanted: Blueprint) -> None:
        """Make the kernel what the blueprint says; a second call with the same changes nothing.

        Raises :class:`netns.CommandError` where the kernel refuses, which is a fault of the lab.
        """
        with self._lock:
            before = self._built
            _withdraw(before, wanted)
            _create(before, wanted)
            for name, node in wanted.nodes.items():
                _settle(name, before.nodes.get(name, Node()), node)
            self._built = wanted


def _withdraw(before: Blueprint, wanted: Blueprint) -> None:
    """Take away lines, then links, then namespaces that are wanted no more."""
    for name in before.nodes.keys() & wanted.nodes.keys():
        gone = _without(before.nodes[name].lines, wanted.nodes[name].lines)
        if gone:
            netns.ip(name, [_line("del", line) for line in reversed(gone)])
    for link in set(before.links) - set(wanted.links):
        netns.ip(link.near[0], [f"link del {link.near[1]}"])
    for name in before.nodes.keys() - wanted.nodes.keys():
        netns.delete(name)


def _create(before: Blueprint, wanted: Blueprint) -> None:
    for name, node in wanted.nodes.items():
        if name not in before.nodes:
            netns.create(name)
            netns.sysctl(name, (*_SETTINGS, *node.settings))
        if node.forwards != before.nodes.get(name, Node()).forwards:
            netns.sysctl(name, [("ipv4/ip_forward", str(int(node.forwards)))])
        if node.rules != before.nodes.get(name, Node()).rules:
            netns.nft(name, node.rules or _NO_RULES)
    new = [link for link in wanted.links if link not in set(before.links)]
    for name in {link.near[0] for link in new}:
        netns.ip(name, [line for link in new if link.near[0] == name for line in _join(link)])
    for link in new:
        netns.raise_link(*link.far)


def _join(link: Link) -> Iterable[str]:
    (_, near), (far_name, far) = link.near, link.far
    yield f"link add {near} type veth peer name {far} netns {far_name}"
    yield f"link set {near} up"


def _settle(name: str, before: Node, wanted: Node) -> None:
    new = _without(wanted.lines, before.lines)
    if new:
        netns.ip(name, [_line("add", line) for line in new])


def _line(verb: str, line: str) -> str:
    kind, _, rest = line.partition(" ")
    return f"{kind} {verb} {rest}"


def _without(lines: tuple[str, ...], others: tuple[str, ...]) -> list[str]:
    known = set(others)
    return [line for line in lines if line not in known]
