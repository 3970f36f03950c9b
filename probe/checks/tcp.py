"""Connect to every address of a name, once each, all at once.

Addresses are never collapsed: an endpoint has one in each availability zone, and one of them can be
broken.  Some failing is still a pass of the layer; the failing observations are there to be read.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from functools import partial

from probe import crew
from probe.model import Layer, Observation, Target
from probe.vantage import Facts, Step, Vantage, observe


def check(target: Target, below: tuple[Observation, ...], vantage: Vantage) -> Iterator[Observation]:
    """One observation an address."""
    yield from crew.at_once([partial(_connect, target, vantage, one) for one in addresses(target, below)])


def addresses(target: Target, below: tuple[Observation, ...]) -> tuple[str, ...]:
    """What the name resolved to; the host itself where the plan resolves nothing."""
    found = [address for one in below for address in one.facts["answers"]]  # type: ignore[union-attr]
    return tuple(dict.fromkeys(found)) or (target.host,)


def _connect(target: Target, vantage: Vantage, address: str) -> Observation:
    def act(_: Facts) -> None:
        socket.create_connection((address, target.port), timeout=vantage.patience(target)).close()

    return observe(vantage, Step(target, Layer.TCP, "connect", address=address), act)
