"""What is to exist: namespaces with their settings, and the links between them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Node:
    """A namespace.

    ``lines`` are ``ip`` objects without their verb, each beginning with ``addr``, ``route`` or ``rule``:
    the kernel adds the new ones and deletes those that went.  ``rules`` is a whole nftables ruleset, loaded
    in one transaction.  ``forwards`` lets packets of others through.  ``settings`` are keys and values below
    ``/proc/sys/net``, written when it is made.
    """

    lines: tuple[str, ...] = ()
    rules: str = ""
    forwards: bool = False
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Link:
    """A veth pair: two ends, each a namespace and the device's name in it."""

    near: tuple[str, str]
    far: tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """Every namespace by name, and every link."""

    nodes: dict[str, Node]
    links: tuple[Link, ...]
