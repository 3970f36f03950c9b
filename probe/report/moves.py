"""Properties of what works in both runs, and where they differ: it moved, and did not break."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from probe.diagnosis.clues import Symptom
from probe.diagnosis.exposure import Way, connections, way
from probe.evidence.fits import inside
from probe.evidence.snapshot import read
from probe.model import Road, Status
from probe.report.changes import Change, Direction, Seen, Where, change

_MAGNITUDE = 10.0
_NOTICED = 0.1
"""Seconds below which a step is as fast as any: a quarter of a CPU that also imports boto3 takes as long."""

_TIMED = ("resolve-system", "connect")
"""The steps whose time is the network's; a handshake's is mostly the processor's."""

_TIMING_ROADS = frozenset({Road.LOG, Road.FUNCTION})
_NUMBERS = re.compile(r"\d+")

Property = Callable[[Seen], Mapping[Where, str]]


def moves(before: Seen, now: Seen, places: Iterable[Where]) -> Iterator[Change]:
    """Every property that differs; nothing where either run does not know it."""
    listed = tuple(places)
    for what, of in _PROPERTIES.items():
        was, is_now = of(before), of(now)
        for where in listed:
            if where in was and where in is_now and was[where] != is_now[where]:
                yield change(Direction.MOVED, where, what, was[where], is_now[where])
    yield from _latencies(before, now, listed)


def _ways(seen: Seen) -> dict[Where, str]:
    """Private, public or by a gateway endpoint."""
    return _gathered((_place(one), way(seen.case, one).value) for one in connections(seen.case))


def _addresses(seen: Seen) -> dict[Where, str]:
    """The subnets of the VPC in which a private address lies, whichever address it is."""
    subnets = read(seen.case.snapshot.subnets)
    found: list[tuple[Where, str]] = []
    for one in connections(seen.case):
        if one.address is not None and way(seen.case, one) is Way.PRIVATE:
            home = next((subnet.id for subnet in subnets if inside(one.address, (subnet.cidr,))), None)
            found.append((_place(one), home or "outside the VPC"))
    return _gathered(found) if subnets else {}


def _issuers(seen: Seen) -> dict[Where, str]:
    """Who issued the certificate; AWS's authorities are numbered, and any of them issues."""
    return _gathered(
        (Where(outcome.subnet, one.target), _NUMBERS.sub("#", str(one.facts["issuer"])))
        for outcome in seen.case.outcomes
        for one in outcome.observations
        if one.status is Status.PASS and "issuer" in one.facts
    )


def _latencies(before: Seen, now: Seen, places: Iterable[Where]) -> Iterator[Change]:
    """Steps that take ten times as long as they did, or a tenth."""
    for operation in _TIMED:
        was, is_now = _times(before, operation), _times(now, operation)
        for where in places:
            if where in was and where in is_now:
                low, high = sorted((was[where], is_now[where]))
                if high >= low * _MAGNITUDE:
                    words = (_seconds(was[where]), _seconds(is_now[where]))
                    yield change(Direction.MOVED, where, f"{operation} latency", *words)


def _times(seen: Seen, operation: str) -> dict[Where, float]:
    """The quickest success of each target, in seconds; an exit code has no times."""
    found: dict[Where, float] = {}
    for outcome in seen.case.outcomes:
        for one in outcome.observations:
            if (one.operation, one.status) == (operation, Status.PASS) and one.road in _TIMING_ROADS:
                where = Where(outcome.subnet, one.target)
                found[where] = min(found.get(where, one.took), one.took)
    return {where: max(took, _NOTICED) for where, took in found.items()}


def _seconds(took: float) -> str:
    return f"{took:.1g} s" if took > _NOTICED else "no time to speak of"


def _place(symptom: Symptom) -> Where:
    return Where(symptom.subnet, symptom.target.name)


def _gathered(pairs: Iterable[tuple[Where, str]]) -> dict[Where, str]:
    found: dict[Where, set[str]] = {}
    for where, value in pairs:
        found.setdefault(where, set()).add(value)
    return {where: ", ".join(sorted(values)) for where, values in found.items() if "unknown" not in values}


_PROPERTIES: Mapping[str, Property] = {"way": _ways, "addresses": _addresses, "issuer": _issuers}
