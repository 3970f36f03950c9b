"""Small VPCs drawn at random: groups, network ACLs and route tables, each draw with one part made difficult.

Pure: the same dice give the same draw.  Which part is made difficult is drawn as well, so that each decides
its share of the flows; the others are open, but for rules that happen to be about something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")
Ports = tuple[int, int] | None

SUBNETS = {"a": "10.0.0.0/24", "b": "10.0.1.0/24", "p": "10.0.128.0/24"}
EVERYWHERE = "0.0.0.0/0"
PARTS = (
    *("nacl-in", "route", "ingress", "nacl-out", "nacl-in", "route"),
    *("egress", "route", "nacl-in", "reply", "ingress", "nacl-out"),
)
"""Which part is made difficult, in turn; oftener what few flows meet."""
TARGETS = ("nat", "nat-at-home", "instance", "igw", "nat-private", "nat-deleted", "tgw", None)

_BLOCKS = (
    *(EVERYWHERE, EVERYWHERE, "10.0.0.0/16", *SUBNETS.values()),
    *("10.0.0.0/25", "198.51.100.0/24", "192.0.2.0/25", "198.51.100.9/32", "172.16.0.0/12"),
)
_DENIED = (*_BLOCKS, *(EVERYWHERE, EVERYWHERE, "10.0.0.0/16") * 2)
_PROTOCOLS = ("-1", "6", "6", "6", "6", "17", "1")
_REQUESTS: tuple[Ports, ...] = (None, (443, 443), (443, 443), (53, 53), (400, 500), (1, 1023), (80, 80))
_REPLIES: tuple[Ports, ...] = (
    None,
    (32768, 60999),
    (1024, 65535),
    (32768, 65535),
    (0, 65535),
    (49152, 65535),
)
_NOISE: tuple[Ports, ...] = ((22, 22), (3306, 3306), (8080, 8090))
_GROUPS = ("task", "endpoint", "instance", "nobody")
_LISTS = ("s3", "own")
_LAST = 20000
"""The number of the entry that allows everything; what is drawn after it does not count."""


@dataclass(frozen=True, kw_only=True)
class Permission:
    """A group's rule; ``peer`` is a block, or what a group or a prefix list is called here."""

    protocol: str
    ports: Ports
    peer: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A network ACL's entry."""

    number: int
    egress: bool
    allow: bool
    protocol: str
    ports: Ports
    cidr: str


@dataclass(frozen=True, kw_only=True)
class Draw:
    """Everything that one VPC differs in from the next.

    ``groups`` are (group, is egress) to rules, ``acls`` a subnet's entries, ``defaults`` where the default
    route of a table leads, ``s3`` the tables with the gateway endpoint, ``checked`` the NAT instance's check.
    """

    part: str
    groups: dict[tuple[str, bool], tuple[Permission, ...]]
    acls: dict[str, tuple[Entry, ...]]
    defaults: dict[str, str | None]
    s3: tuple[str, ...] = ()
    checked: bool = False
    more: dict[str, str] = field(default_factory=dict)


def draw(dice: Random, number: int) -> Draw:
    """The VPC of a number."""
    part = PARTS[number % len(PARTS)]
    return Draw(
        part=part,
        groups={
            (group, egress): _permissions(dice, hard=part == ("egress" if egress else "ingress"))
            for group in ("task", "endpoint", "instance")
            for egress in (True, False)
        },
        acls={subnet: _entries(dice, part) for subnet in SUBNETS},
        defaults=_defaults(dice, hard=part == "route"),
        s3=tuple(table for table in ("private", "main") if dice.random() < 0.6),
        checked=dice.random() < (0.5 if part == "route" else 0.05),
        more=_more(dice) if part == "route" else {},
    )


def _permissions(dice: Random, *, hard: bool) -> tuple[Permission, ...]:
    """Rules of a group in one direction: few where it is the difficult part, else everything."""
    peers = (*_BLOCKS, *_GROUPS, *_LISTS)
    some = [
        Permission(peer=_one(dice, peers), **_traffic(dice, _REQUESTS)) for _ in range(dice.randint(0, 3))
    ]
    everything = Permission(protocol="-1", ports=None, peer=EVERYWHERE)
    return tuple(dict.fromkeys(some if hard else [*some, everything]))


def _traffic(dice: Random, choices: Sequence[Ports]) -> dict[str, Any]:
    """A protocol with its ports, which TCP and UDP alone have."""
    protocol, ports = _one(dice, _PROTOCOLS), _one(dice, choices) or (0, 65535)
    return {"protocol": protocol, "ports": ports if protocol in {"6", "17"} else None}


def _entries(dice: Random, part: str) -> tuple[Entry, ...]:
    """Entries of both directions; numbers are drawn too, so that a deny may come too late to count."""
    found = [
        *_harmless(dice),
        *(_allow(_LAST, egress=egress) for egress in (True, False)),
    ]
    match part:
        case "nacl-out":
            found += _denials(dice, _REQUESTS, egress=True)
        case "nacl-in":
            found += _denials(dice, _REQUESTS, egress=False)
        case "reply":
            found += _denials(dice, _REPLIES, egress=False) + _denials(dice, _REPLIES, egress=True)
    if part.startswith("nacl") and dice.random() < 0.3:
        # One that admits only what it names and all replies, as careful people write them.
        careful = part == "nacl-out"
        found = [one for one in found if one.number != _LAST or one.egress is not careful]
        found.append(_allow(19000, egress=careful, protocol="6", ports=(1024, 65535)))
    return tuple({(one.number, one.egress): one for one in found}.values())


def _allow(number: int, *, egress: bool, protocol: str = "-1", ports: Ports = None) -> Entry:
    return Entry(number=number, egress=egress, allow=True, protocol=protocol, ports=ports, cidr=EVERYWHERE)


def _denials(dice: Random, ports: Sequence[Ports], *, egress: bool) -> list[Entry]:
    return [
        Entry(
            number=dice.randint(1, 21000),
            egress=egress,
            allow=dice.random() < 0.2,
            cidr=_one(dice, _DENIED),
            **_traffic(dice, ports),
        )
        for _ in range(dice.randint(2, 5))
    ]


def _harmless(dice: Random) -> list[Entry]:
    """Denials of what no flow here is about."""
    return [
        Entry(
            number=dice.randint(1, 25000),
            egress=dice.random() < 0.5,
            allow=dice.random() < 0.3,
            protocol="6",
            ports=_one(dice, _NOISE),
            cidr=_one(dice, _BLOCKS),
        )
        for _ in range(dice.randint(0, 2))
    ]


def _defaults(dice: Random, *, hard: bool) -> dict[str, str | None]:
    if not hard:
        return {"private": "nat", "main": _one(dice, ("nat", "nat", "instance")), "public": "igw"}
    public: tuple[str | None, ...] = ("igw", "igw", None, "nat-deleted")
    return {
        "private": _one(dice, TARGETS),
        "main": _one(dice, TARGETS),
        "public": _one(dice, public),
    }


def _more(dice: Random) -> dict[str, str]:
    """Routes that are more specific than the default: block to target, in the private and the main table."""
    targets = [target for target in TARGETS if target is not None]
    blocks = ("198.51.100.0/24", "198.51.100.0/28", "192.0.2.0/24", "192.0.2.0/26")
    return {block: _one(dice, targets) for block in blocks if dice.random() < 0.25}


def _one(dice: Random, choices: Sequence[T]) -> T:
    return dice.choice(choices)
