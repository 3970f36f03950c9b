"""The stream, the event, and the group only where it is asked for."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from botocore.stub import ANY

from probe.calls import logs
from probe.model import Call, LogSink
from tests.clients import Answer, answering
from tests.vantages import REGION, kinds, target, vantage

GROUP = "/ecs/checkout"
NAMED = {"logGroupName": GROUP, "logStreamName": "app/web/probe-r1"}
STREAM = Call(operation="logs:CreateLogStream", reference=GROUP, arguments={"stream": "app/web/probe-r1"})
MAKE = Call(operation="logs:CreateLogGroup", reference=GROUP)

CREATED = Answer("create_log_stream", NAMED)
THERE = Answer("create_log_stream", NAMED, code="ResourceAlreadyExistsException")
NO_GROUP = Answer("create_log_stream", NAMED, code="ResourceNotFoundException")
DENIED = Answer("create_log_stream", NAMED, code="AccessDeniedException")
MADE = Answer("create_log_group", {"logGroupName": GROUP})
NOT_MADE = Answer("create_log_group", {"logGroupName": GROUP}, code="AccessDeniedException")
PUT = Answer("put_log_events", {**NAMED, "logEvents": ANY})
NOT_PUT = Answer("put_log_events", {**NAMED, "logEvents": ANY}, code="AccessDeniedException")

G, S, E = "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"


@pytest.mark.parametrize(
    ("calls", "answers", "expected"),
    [
        ((STREAM,), [CREATED, PUT], [(S, "pass"), (E, "pass")]),
        ((STREAM,), [THERE, PUT], [(S, "pass"), (E, "pass")]),
        ((STREAM,), [NO_GROUP], [(S, "not-found"), (E, "skip")]),
        ((STREAM,), [DENIED], [(S, "access-denied"), (E, "skip")]),
        ((STREAM,), [CREATED, NOT_PUT], [(S, "pass"), (E, "access-denied")]),
        ((MAKE, STREAM), [CREATED, PUT], [(G, "pass"), (S, "pass"), (E, "pass")]),
        ((MAKE, STREAM), [NO_GROUP, MADE, CREATED, PUT], [(G, "pass"), (S, "pass"), (E, "pass")]),
        ((MAKE, STREAM), [NO_GROUP, NOT_MADE], [(G, "access-denied"), (S, "skip"), (E, "skip")]),
        ((MAKE, STREAM), [DENIED], [(G, "skip"), (S, "access-denied"), (E, "skip")]),
    ],
    ids=[
        "created",
        "there-already",
        "no-group",
        "denied",
        "event-denied",
        "group-there",
        "group-made",
        "group-denied",
        "stream-denied",
    ],
)
def test_a_group_is_asked_as_the_driver_asks(
    calls: tuple[Call, ...], answers: Sequence[Answer], expected: list[tuple[str, str]]
) -> None:
    """Only a stream refused for want of its group makes one, and only where the definition asks."""
    with answering("logs", answers) as client:
        told = list(logs.run(calls, target(service="logs"), (), vantage(clients={"logs": client})))
    assert expected == kinds(told)


@pytest.mark.parametrize(
    ("sink", "stream"),
    [
        (LogSink(group="g", stream="app/probe-r1", region=REGION), "app/probe-r1"),
        (None, "run-probe/r1/subnet-1"),
    ],
    ids=["of-the-plan", "of-the-run"],
)
def test_a_call_without_a_stream_gets_the_probes(sink: LogSink | None, stream: str) -> None:
    """The plan's own stream, else one named after the run."""
    named = {"logGroupName": GROUP, "logStreamName": stream}
    answers = [Answer("create_log_stream", named), Answer("put_log_events", {**named, "logEvents": ANY})]
    with answering("logs", answers) as client:
        here = vantage(clients={"logs": client}, logs=sink)
        told = list(logs.run((Call(operation=S, reference=GROUP),), target(service="logs"), (), here))
    assert [stream, stream] == [one.facts["stream"] for one in told]
