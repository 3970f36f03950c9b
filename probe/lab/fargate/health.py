"""Container health checks: the command in the container, again and again, and what it makes of the container.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from probe.lab.fargate.runtime import Running

UNKNOWN, HEALTHY, UNHEALTHY = "UNKNOWN", "HEALTHY", "UNHEALTHY"
FAILED = "Task failed container health checks"
"""The stop reason of a service's task whose essential container is unhealthy."""

_SHORTEST = 0.2
"""Seconds between two checks in the lab, however fast its time goes."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """A command, every ``interval`` seconds for ``timeout`` seconds at most.

    ``retries`` failures in a row make a container unhealthy; those within the first ``grace`` seconds do not
    count.
    """

    argv: tuple[str, ...]
    interval: float
    timeout: float
    retries: int
    grace: float


def of(definition: Mapping[str, Any], pace: float) -> Check | None:
    """A container's check, its pauses shortened by ``pace``; none where it has none, or ``NONE``."""
    written = definition.get("healthCheck") or {}
    match written.get("command") or ["NONE"]:
        case ["CMD-SHELL", line]:
            argv = ("/bin/sh", "-c", line)
        case ["CMD", *words]:
            argv = tuple(words)
        case _:
            return None
    return Check(
        argv=argv,
        interval=max(float(written.get("interval") or 30) / pace, _SHORTEST),
        timeout=float(written.get("timeout") or 5),
        retries=int(written.get("retries") or 3),
        grace=float(written.get("startPeriod") or 0) / pace,
    )


def follow(
    check: Check, running: Running, ended: Callable[[float], bool], tell: Callable[[str], None]
) -> None:
    """Check a container until it ends.  ``ended`` waits so many seconds for it; ``tell`` hears how it is."""
    began, failures = time.monotonic(), 0
    while not ended(check.interval):
        if running.execute(check.argv, check.timeout) == 0:
            failures = 0
            tell(HEALTHY)
            continue
        failures += time.monotonic() - began >= check.grace
        if failures >= check.retries:
            tell(UNHEALTHY)


def of_task(definition: Mapping[str, Any], health: Mapping[str, str]) -> str:
    """A task's health: that of its essential containers which are checked, the worst first."""
    seen = {
        health[one["name"]]
        for one in definition.get("containerDefinitions") or ()
        if one.get("essential", True) and of(one, 1) is not None
    }
    return next((one for one in (UNHEALTHY, UNKNOWN, HEALTHY) if one in seen), UNKNOWN)
