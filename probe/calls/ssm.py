"""``GetParameters`` in batches of ten, as the agent asks; what is refused as a batch is asked for singly.

A denial fails the whole batch and names one parameter of it.  Asking again one by one lists every culprit.
Values are not taken out of the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import msgspec

from probe import crew
from probe.calls import signed
from probe.model import Call, Failure, Kind, Observation, Status, Target
from probe.vantage import Facts, Vantage, observe

BATCH = 10

ABOUT_ONE = frozenset({Kind.ACCESS_DENIED, Kind.INVALID_REFERENCE, Kind.KEY_UNUSABLE, Kind.NOT_FOUND})
"""What a batch fails of because of one of its parameters; of anything else it would fail singly too."""


def run(
    calls: tuple[Call, ...], target: Target, _: tuple[Observation, ...], vantage: Vantage
) -> Iterator[Observation]:
    """One observation a parameter, whichever request told it."""
    batches = [calls[start : start + BATCH] for start in range(0, len(calls), BATCH)]
    for told in crew.at_once([partial(_batch, batch, target, vantage) for batch in batches]):
        yield from told


def _batch(batch: tuple[Call, ...], target: Target, vantage: Vantage) -> list[Observation]:
    absent: list[str] = []
    made = signed.prepared(vantage, "ssm", target.region)

    def act(_: Facts) -> None:
        names = [call.reference for call in batch]
        answer = made.open().get_parameters(Names=names, WithDecryption=not batch[0].withheld)
        absent.extend(answer.get("InvalidParameters", []))

    told = observe(vantage, signed.step(batch[0], target), signed.counted(act), errors=signed.ERRORS)
    if told.failure is not None and told.failure.kind in ABOUT_ONE and len(batch) > 1:
        singly = crew.at_once([partial(_batch, (call,), target, vantage) for call in batch])
        return [one for asked in singly for one in asked]
    return [_told(call, told, absent) for call in batch]


def _told(call: Call, told: Observation, absent: list[str]) -> Observation:
    """What the batch's answer says of one parameter."""
    mine = msgspec.structs.replace(told, operation=call.operation, reference=call.reference)
    if told.failure is not None or not any(_names(call.reference, name) for name in absent):
        return mine
    missing = Failure(
        operation=call.operation,
        kind=Kind.NOT_FOUND,
        words=f"InvalidParameters: {call.reference}",
        code="InvalidParameters",
        resource=call.reference,
    )
    return msgspec.structs.replace(mine, status=Status.FAIL, failure=missing)


def _names(reference: str, name: str) -> bool:
    """Whether SSM's ``name`` is the parameter that was asked for, by name or by ARN."""
    return reference == name or reference.endswith(f":parameter/{name.lstrip('/')}")
