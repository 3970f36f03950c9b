"""Flows through a real kernel: who connects where in a state, and what comes of it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from probe.lab import netns
from probe.lab.compile import compile_state
from probe.lab.compile.conditions import USUAL, Conditions
from probe.lab.kernel import Kernel
from probe.lab.state import State

SILENT = "silence"
PATIENCE = 0.4
DNS = 53
ANY = "0.0.0.0"  # noqa: S104 - of a namespace that this program made


@dataclass(frozen=True)
class Flow:
    """``source`` connects to ``address``; ``outcome`` is the address that the other side sees, or silence."""

    name: str
    state: State
    source: str
    address: str
    outcome: str
    port: int = 443
    conditions: Conditions = USUAL


def outcomes(flows: Sequence[Flow]) -> dict[str, str]:
    """Every flow's outcome; states that several flows share are built once, each over the one before."""
    kernel, found = Kernel(), dict[str, str]()
    for (_, conditions), together in stages(flows).items():
        kernel.apply(compile_state(together[0].state, conditions))
        listening = [netns.listen(name, ANY, port) for name in netns.names() for port in (443, DNS)]
        for one in listening:
            threading.Thread(target=_tell, args=(one,), daemon=True).start()
        with ThreadPoolExecutor(len(together)) as pool:
            found |= dict(zip((flow.name for flow in together), pool.map(_try, together), strict=True))
        for one in listening:
            one.shutdown(socket.SHUT_RDWR)
    return found


def stages(flows: Sequence[Flow]) -> dict[tuple[int, Conditions], list[Flow]]:
    """The flows by the state that they share."""
    found: dict[tuple[int, Conditions], list[Flow]] = {}
    for flow in flows:
        found.setdefault((id(flow.state), flow.conditions), []).append(flow)
    return found


def _tell(listening: socket.socket) -> None:
    """Tell everybody who connects the address they came from, until the socket is shut."""
    while True:
        try:
            connection, peer = listening.accept()
        except OSError:
            return
        with connection:
            connection.sendall(str(peer[0]).encode())


def _try(flow: Flow) -> str:
    try:
        with netns.connect(flow.source, flow.address, flow.port, PATIENCE) as connection:
            return connection.recv(64).decode()
    except TimeoutError:
        return SILENT
    except OSError as error:
        return type(error).__name__
