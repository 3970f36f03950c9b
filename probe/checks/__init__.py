"""The layers below the signed calls: one file each, one signature, one ordered table.

A check is ``(target, below, vantage) -> Iterator[Observation]``, where ``below`` is what passed in the
layer beneath.  Modules are imported when their layer is reached: a name is being resolved before httpx
is read from disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from probe.model import Layer, Observation, Target
from probe.vantage import Check, Vantage

MODULES: Mapping[Layer, str] = {
    Layer.DNS: "probe.checks.dns",
    Layer.TCP: "probe.checks.tcp",
    Layer.TLS: "probe.checks.tls",
    Layer.HTTP: "probe.checks.http",
}
"""In the order in which they depend on one another."""


def check(layer: Layer) -> Check:
    """The check of a layer."""
    found: Check = import_module(MODULES[layer]).check
    return found


def ask_directly(target: Target, below: tuple[Observation, ...], vantage: Vantage) -> Iterator[Observation]:
    """Ask every name server itself, beside the chain: only the system resolver's answer is built upon."""
    asked: Check = import_module(MODULES[Layer.DNS]).ask_directly
    return asked(target, below, vantage)
