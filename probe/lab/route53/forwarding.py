"""A question that a rule sends elsewhere: real packets, from the outbound endpoint's interfaces.

They leave as any other of the VPC would, through groups, network ACLs and routes, and can be lost; the
Resolver then answers SERVFAIL.
"""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dns.exception
import dns.flags
import dns.message
import dns.query

from probe.lab import netns
from probe.lab.route53.rules import Rule

PATIENCE = 0.8
"""Seconds for one target; the whole must end before whoever asked gives up."""

_CROWD = 24
"""Questions of one rule for one name at a time; more of them are one that goes round in a circle."""

Connect = Callable[[str, str, int, int], socket.socket]
"""A connected socket: namespace, address, port, and ``SOCK_DGRAM`` or ``SOCK_STREAM``."""


def connect(namespace: str, address: str, port: int, kind: int) -> socket.socket:
    """A socket in an interface's namespace.  Raises OSError as ``connect`` does."""
    with netns.in_namespace(namespace):
        made = socket.socket(socket.AF_INET, kind)
    try:
        made.settimeout(PATIENCE)
        made.connect((address, port))
    except OSError:
        made.close()
        raise
    return made


class Forwarding:
    """Forwards questions, and sees when they come round again."""

    def __init__(self, connect_: Connect = connect) -> None:
        self._connect = connect_
        self._asking: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def ask(self, rule: Rule, query: dns.message.Message) -> dns.message.Message | None:
        """What the first target that answers says; None where none does, or the question goes in a circle."""
        with self._counted((rule.id, str(query.question[0]))) as crowd:
            ways = () if crowd > _CROWD else self._ways(rule)
            found = (self._over(way, query) for way in ways)
            return next((answer for answer in found if answer is not None), None)

    @contextmanager
    def _counted(self, question: tuple[str, str]) -> Iterator[int]:
        with self._lock:
            self._asking[question] += 1
            crowd = self._asking[question]
        try:
            yield crowd
        finally:
            with self._lock:
                self._asking[question] -= 1

    @staticmethod
    def _ways(rule: Rule) -> tuple[tuple[str, str, int], ...]:
        """Each target once, the interfaces in turn."""
        sources = rule.sources
        pairs = enumerate(rule.targets)
        return tuple((sources[number % len(sources)], *target) for number, target in pairs if sources)

    def _over(self, way: tuple[str, str, int], query: dns.message.Message) -> dns.message.Message | None:
        try:
            with self._connect(*way, socket.SOCK_DGRAM) as udp:
                udp.send(query.to_wire())
                answer = dns.message.from_wire(udp.recv(4096))
            if not answer.flags & dns.flags.TC:
                return answer
            with self._connect(*way, socket.SOCK_STREAM) as tcp:
                tcp.setblocking(False)  # noqa: FBT003 - the standard library's signature
                return dns.query.tcp(query, way[1], PATIENCE, way[2], sock=tcp)
        except (OSError, EOFError, dns.exception.DNSException):
            return None
