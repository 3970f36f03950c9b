"""Connect to every address of a name, once each, all at once.

Addresses are never collapsed: an endpoint has one in each availability zone, and one of them can be
broken.  Some failing is still a pass of the layer; the failing observations are there to be read.
Through a proxy, which the application's own variables name, connecting includes its consent to the host.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from functools import partial

from probe import crew
from probe.failures import UnusableAnswerError
from probe.model import Kind, Layer, Observation, Target
from probe.vantage import Facts, Step, Vantage, observe

_LONGEST_ANSWER = 16_384
"""Bytes of a proxy's answer that are read for the end of its headers."""
_MOMENT = 0.02
"""Seconds: a reset is sent by whoever answered, so it comes about as fast as the answer did."""


def check(target: Target, below: tuple[Observation, ...], vantage: Vantage) -> Iterator[Observation]:
    """One observation an address."""
    yield from crew.at_once([partial(_connect, target, vantage, one) for one in addresses(target, below)])


def addresses(target: Target, below: tuple[Observation, ...]) -> tuple[str, ...]:
    """What the name resolved to; the host itself where the plan resolves nothing."""
    found = [address for one in below for address in one.facts["answers"]]  # type: ignore[union-attr]
    return tuple(dict.fromkeys(found)) or (target.host,)


def dial(target: Target, address: str, timeout: float) -> socket.socket:
    """A connection to an address of the target, through its tunnel where it has one.

    ``OSError``, or ``UnusableAnswerError`` where the proxy does not open the tunnel.
    """
    with ExitStack() as unfinished:
        connected = socket.create_connection((address, target.port), timeout=timeout)
        unfinished.enter_context(connected)
        if target.tunnel:
            _ask_for(target.tunnel, f"{target.host}:{target.port}", connected)
        unfinished.pop_all()
    return connected


def _ask_for(host: str, proxy: str, connected: socket.socket) -> None:
    """CONNECT, byte by byte so that nothing of the tunnel itself is read.  RFC 9110, 9.3.6."""
    connected.sendall(f"CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        more = connected.recv(1)
        if not more or len(answer) > _LONGEST_ANSWER:
            raise UnusableAnswerError(Kind.CLOSED, f"the proxy {proxy} did not answer CONNECT {host}")
        answer += more
    status = answer.decode(errors="replace").partition("\r\n")[0].split(maxsplit=1)[-1]
    if not status.startswith("2"):
        raise UnusableAnswerError(Kind.REFUSED, f"the proxy {proxy} answered CONNECT {host} with {status}")


def _connect(target: Target, vantage: Vantage, address: str) -> Observation:
    def act(_: Facts) -> None:
        with dial(target, address, vantage.patience(target)) as connection:
            _stand(connection)

    return observe(vantage, Step(target, Layer.TCP, "connect", address=address), act)


def _stand(connection: socket.socket) -> None:
    """Let a connection stand for a moment: a reset at once is the answer to the connect, not to words."""
    connection.settimeout(_MOMENT)
    with suppress(TimeoutError):
        connection.recv(1, socket.MSG_PEEK)
