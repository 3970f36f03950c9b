"""``CreateLogStream`` and one event, in a stream of the probe's own in the service's namespace.

Only the stream gates a start; an event that is refused loses logs.  As the awslogs driver does, the group
is created only where the definition asks for it, and only after the stream was refused for want of it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from probe import crew
from probe.calls import signed
from probe.model import Call, Observation, Status, Target
from probe.vantage import Facts, Vantage, skip

GROUP, STREAM, EVENT = "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"


def run(
    calls: tuple[Call, ...], target: Target, _: tuple[Observation, ...], vantage: Vantage
) -> Iterator[Observation]:
    """Every log group at once; within one the group, its stream and an event, as they need one another."""
    groups = groupby(sorted(calls, key=lambda call: call.reference), key=lambda call: call.reference)
    jobs = [partial(_in_group, tuple(group), target, vantage) for _, group in groups]
    for told in crew.at_once(jobs):
        yield from told


def _in_group(calls: tuple[Call, ...], target: Target, vantage: Vantage) -> list[Observation]:
    """What one group came to.  Several streams are one question: they would be called the same."""
    by_operation = {call.operation: call for call in calls}
    streamed = by_operation.get(STREAM) or _like(calls[0], STREAM)
    told = [_ask(streamed, target, vantage)]
    if (group := by_operation.get(GROUP)) is not None:
        told = _with_group(group, streamed, told[0], target, vantage)
    written = by_operation.get(EVENT) or _like(streamed, EVENT)
    if told[-1].status is Status.PASS:
        return [*told, _ask(written, target, vantage)]
    return [*told, skip(signed.step(written, target), f"{STREAM} did not succeed")]


def _with_group(
    group: Call, streamed: Call, first: Observation, target: Target, vantage: Vantage
) -> list[Observation]:
    """The group's observation, and the stream's that counts: after the group was made, if it was."""
    if first.status is Status.PASS:
        return [msgspec.structs.replace(first, operation=GROUP, facts={"existing": 1}), first]
    if first.failure is None or first.failure.code != "ResourceNotFoundException":
        return [skip(signed.step(group, target), f"{STREAM} was refused"), first]
    made = _ask(group, target, vantage)
    if made.status is Status.PASS:
        return [made, _ask(streamed, target, vantage)]
    return [made, skip(signed.step(streamed, target), f"{GROUP} did not succeed")]


def _ask(call: Call, target: Target, vantage: Vantage) -> Observation:
    name = call.arguments.get("stream") or _stream(vantage)

    def act(client: Any, call: Call, facts: Facts) -> None:
        if call.operation != GROUP:
            facts["stream"] = name
        _unless_there(partial(_ACTS[call.operation], client, call.reference, name))

    return signed.one(call, target, vantage, "logs", act)


def _stream(vantage: Vantage) -> str:
    """The stream of the probe's own lines, or one named after the run."""
    work = vantage.work
    return work.logs.stream if work.logs else f"run-probe/{work.run}/{work.subnet}"


def _unless_there(create: Any) -> None:
    """Create; that it exists already proves the same."""
    try:
        create()
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
            raise


def _create_group(client: Any, group: str, _: str) -> None:
    client.create_log_group(logGroupName=group)


def _create_stream(client: Any, group: str, stream: str) -> None:
    client.create_log_stream(logGroupName=group, logStreamName=stream)


def _put_event(client: Any, group: str, stream: str) -> None:
    event = {"timestamp": int(time.time() * 1000), "message": "run-probe: this role can write here"}
    client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[event])


def _like(call: Call, operation: str) -> Call:
    return msgspec.structs.replace(call, operation=operation, needed=False)


_ACTS = {GROUP: _create_group, STREAM: _create_stream, EVENT: _put_event}
