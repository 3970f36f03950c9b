"""``GetCallerIdentity``: the path to STS, and whose credentials everything else was asked with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from probe.calls import signed
from probe.model import Call, Observation, Target
from probe.vantage import Facts, Vantage


def run(
    calls: tuple[Call, ...], target: Target, _: tuple[Observation, ...], vantage: Vantage
) -> Iterator[Observation]:
    """One observation a call; the fact ``arn`` is the caller's."""
    yield from signed.each(calls, target, vantage, "sts", _identity)


def _identity(client: Any, _: Call, facts: Facts) -> None:
    facts["arn"] = client.get_caller_identity()["Arn"]
