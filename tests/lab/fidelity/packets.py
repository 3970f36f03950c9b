"""Whether packets arrive: every flow of a VPC tried at once, and whoever listens answers."""

from __future__ import annotations

import contextlib
import itertools
import selectors
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from probe.lab import netns
from tests.lab.fidelity.flows import DNS, HTTP, HTTPS, UDP, Trial

ANY = "0.0.0.0"  # noqa: S104 - of a namespace that the lab made
PATIENCE, SECOND = 0.25, 1.6
"""Seconds: at first, and for what was silent against expectation; the second sees a SYN sent again."""
_WORD = b"who is there"
_PORTS = itertools.cycle(range(32768, 61000))
"""Linux's own, each once: what the kernel still tracks of an earlier VPC would let another flow pass."""


@dataclass
class Ears:
    """A listening socket a port in every namespace, answering while somebody waits."""

    sockets: dict[str, list[socket.socket]] = field(default_factory=dict)

    def open(self) -> None:
        """Listen in the namespaces that are new, and no more in those that are gone."""
        for gone in self.sockets.keys() - netns.names():
            for one in self.sockets.pop(gone):
                one.close()
        for name in netns.names() - self.sockets.keys():
            self.sockets[name] = [
                *(netns.listen(name, ANY, port) for port in (HTTPS, HTTP)),
                netns.listen(name, ANY, DNS, "udp"),
            ]
            for one in self.sockets[name]:
                one.setblocking(False)  # noqa: FBT003 - the standard library's signature

    def answer(self, ready: socket.socket) -> None:
        """Take one connection, or say a datagram back."""
        # Its sender may be gone already.
        with contextlib.suppress(OSError):
            if ready.type == socket.SOCK_DGRAM:
                ready.sendto(*ready.recvfrom(64))
            else:
                ready.accept()[0].close()


def arrivals(flows: Sequence[tuple[str, Trial]], ears: Ears, expected: Sequence[bool]) -> list[bool]:
    """Whether each flow's packets come back: (namespace, what is tried there).

    A busy machine may be late: what is silent though ``expected`` to come is tried once more.
    """
    came = _answered(dict(enumerate(flows)), ears, PATIENCE)
    late = {one: flow for one, flow in enumerate(flows) if expected[one] and one not in came}
    came |= _answered(late, ears, SECOND) if late else set()
    return [one in came for one in range(len(flows))]


def _answered(flows: Mapping[int, tuple[str, Trial]], ears: Ears, patience: float) -> set[int]:
    dialled = {number: _dial(*flow) for number, flow in flows.items()}
    found: set[int] = set()
    with selectors.DefaultSelector() as selector:
        for number, one in dialled.items():
            want = selectors.EVENT_READ if one.type == socket.SOCK_DGRAM else selectors.EVENT_WRITE
            selector.register(one, want, number)
        for listening in (one for opened in ears.sockets.values() for one in opened):
            selector.register(listening, selectors.EVENT_READ)
        deadline = time.monotonic() + patience
        while (left := deadline - time.monotonic()) > 0 and len(found) < len(flows):
            for key, _ in selector.select(left):
                if key.data is None:
                    ears.answer(key.fileobj)  # type: ignore[arg-type]  # only sockets were registered
                    continue
                selector.unregister(key.fileobj)
                if not key.fileobj.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):  # type: ignore[union-attr]
                    found.add(key.data)
    for one in dialled.values():
        one.close()
    return found


def _dial(namespace: str, trial: Trial) -> socket.socket:
    kind = socket.SOCK_DGRAM if trial.protocol == UDP else socket.SOCK_STREAM
    with netns.in_namespace(namespace):
        dialled = socket.socket(socket.AF_INET, kind)
    dialled.setblocking(False)  # noqa: FBT003 - the standard library's signature
    dialled.bind((ANY, next(_PORTS)))
    dialled.connect_ex((trial.address, trial.port))
    if kind == socket.SOCK_DGRAM:
        dialled.send(_WORD)
    return dialled
