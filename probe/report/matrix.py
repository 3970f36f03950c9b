"""Subnets x targets x layers, every cell filled: what nobody measured reads *no report*, never blank."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from probe.diagnosis.case import Case
from probe.model import Layer, Noun, Observation, Outcome, Road, Status, Target
from probe.report.verdict import in_subnet

_SHOWN = 3
"""How many failures a cell names; an endpoint has one address an AZ, and a cell is one line."""


PARTLY = "; but "
"""What stands in a passed cell's reason before the part that failed."""


NOTHING_TO_DO = "nothing to do in this layer"
"""The reason of a cell that no plan has anything for."""


class Cell(Noun, kw_only=True):
    """What is known of one layer of one target in one subnet, and why, on one line.

    ``needed`` is false for a service that nothing in the task needs: its cell is measured and grey, unless
    the service has it ``wanted``, and a start only goes without.
    ``roads`` are how it is known; empty where it is not.
    """

    subnet: str
    target: str
    layer: Layer
    status: Status
    needed: bool
    because: str
    roads: tuple[Road, ...] = ()
    wanted: bool = False


def cells(case: Case) -> tuple[Cell, ...]:
    """One cell for each subnet, target and layer, in the plan's order."""
    return tuple(
        _cell(target, layer, subnet, in_subnet(case.outcomes, subnet))
        for subnet in case.spec.subnets
        for target in case.targets
        for layer in Layer
    )


def _cell(target: Target, layer: Layer, subnet: str, outcomes: Sequence[Outcome]) -> Cell:
    here = [
        one
        for outcome in outcomes
        for one in outcome.observations
        if one.target == target.name and one.layer is layer
    ]
    status = _status(target, layer, here)
    because = _because(status, here, outcomes)
    if target.blocked and here:
        status, because = _asserted(layer, status, because)
    return Cell(
        subnet=subnet,
        target=target.name,
        layer=layer,
        status=status,
        needed=target.needed,
        because=because,
        roads=tuple(sorted({one.road for one in here})),
        wanted=target.wanted and not target.needed,
    )


def _asserted(layer: Layer, status: Status, because: str) -> tuple[Status, str]:
    """A cell of what must be blocked: a failure is what was asserted, and a connection breaks it."""
    if status is Status.FAIL:
        return Status.PASS, f"blocked, as it must be: {because}"
    if (status, layer) == (Status.PASS, Layer.TCP):
        return Status.FAIL, f"it could be reached: {because}"
    return status, because


def _status(target: Target, layer: Layer, here: Sequence[Observation]) -> Status:
    """As ``exits.judge``: one success carries a layer, while each needed call counts for itself."""
    if not here:
        return Status.NO_REPORT if _planned(target, layer) else Status.SKIP
    found = {one.status for one in _deciding(target, layer, here)}
    if layer is not Layer.CALL and any(_met_by_ecs(one) for one in here):
        return Status.FAIL
    calls = (Status.FAIL, Status.ERROR, Status.NO_REPORT, Status.SKIP, Status.PASS)
    layers = (Status.PASS, Status.FAIL, Status.ERROR, Status.NO_REPORT, Status.SKIP)
    return next(one for one in (calls if layer is Layer.CALL else layers) if one in found)


def _met_by_ecs(one: Observation) -> bool:
    """ECS's own start failed here, whatever a function beside it did."""
    return one.road is Road.STOP_REASON and one.status is Status.FAIL


def _planned(target: Target, layer: Layer) -> bool:
    return bool(target.calls) if layer is Layer.CALL else layer in target.layers


def _deciding(target: Target, layer: Layer, here: Sequence[Observation]) -> Sequence[Observation]:
    """The system resolver decides DNS and needed calls decide calls, where there are any of them."""
    needed = {call.operation for call in target.calls if call.needed}
    match layer:
        case Layer.DNS:
            deciding = [one for one in here if one.operation == "resolve-system"]
        case Layer.CALL:
            deciding = [one for one in here if one.operation in needed]
        case Layer.TCP | Layer.TLS | Layer.HTTP:
            deciding = []
        case _:
            assert_never(layer)
    return deciding or here


def _because(status: Status, here: Sequence[Observation], outcomes: Sequence[Outcome]) -> str:
    match status:
        case Status.PASS:
            passed = [_step(one) for one in here if one.status is Status.PASS]
            failed = [f"{_step(one)}: {_why(one)}" for one in here if one.status is Status.FAIL]
            return _line(passed) + (f"{PARTLY}{_line(failed)}" if failed else "")
        case Status.FAIL:
            return _line(f"{_step(one)}: {_why(one)}" for one in here if one.status is Status.FAIL)
        case Status.SKIP | Status.ERROR:
            because = _line(_why(one) for one in here if one.status is status)
            return because or NOTHING_TO_DO
        case Status.NO_REPORT:
            ends = (text for outcome in outcomes for text in (outcome.ended, outcome.beside) if text)
            return _line(ends) or "no probe ran in this subnet"
        case _:
            assert_never(status)


def _step(observation: Observation) -> str:
    about = observation.reference or observation.address
    return f"{observation.operation} {about}" if about else observation.operation


def _why(observation: Observation) -> str:
    if observation.failure:
        return observation.failure.kind
    return observation.because or observation.status


def _line(texts: Iterable[str]) -> str:
    """Distinct texts in order, the first few of them."""
    distinct = list(dict.fromkeys(texts))
    more = f" and {len(distinct) - _SHOWN} more" if len(distinct) > _SHOWN else ""
    return "; ".join(distinct[:_SHOWN]) + more
