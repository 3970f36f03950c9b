"""AWS's way of naming traffic (protocol, ports, peer) as nftables matches.  Groups and NACLs share it."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, collapse_addresses

_NUMBERS = {"6": "tcp", "17": "udp", "1": "icmp"}
_EVERY_PORT = (0, 65535)
_EVERYWHERE = IPv4Network("0.0.0.0/0")


def traffic(protocol: str, ports: tuple[int, int] | None) -> str:
    """A match for a protocol and its destination ports; empty for all traffic.

    For ICMP AWS writes type and code where others have ports, -1 for any.
    """
    name = _NUMBERS.get(protocol, protocol.lower())
    match name:
        case "-1":
            return ""
        case "tcp" | "udp" if ports not in (None, _EVERY_PORT):
            return f"{name} dport {_range(ports)}"
        case "icmp" if ports is not None and ports[0] >= 0:
            return f"icmp type {ports[0]}" + (f" icmp code {ports[1]}" if ports[1] >= 0 else "")
        case _:
            return f"meta l4proto {name}"


def peer(side: str, cidrs: Iterable[str]) -> str | None:
    """A match for ``saddr`` or ``daddr`` in some blocks: empty for everywhere, None without any block."""
    # A set of nftables must not overlap; a prefix list may.
    blocks = list(collapse_addresses(IPv4Network(cidr, strict=False) for cidr in cidrs))
    if not blocks:
        return None
    if blocks == [_EVERYWHERE]:
        return ""
    return f"ip {side} {one_of(str(block).removesuffix('/32') for block in blocks)}"


def one_of(items: Iterable[str]) -> str:
    """An anonymous set."""
    return "{ " + ", ".join(items) + " }"


def sentence(*words: str) -> str:
    """A rule of those words that say something."""
    return " ".join(word for word in words if word)


def _range(ports: tuple[int, int]) -> str:
    first, last = ports
    return str(first) if first == last else f"{first}-{last}"
