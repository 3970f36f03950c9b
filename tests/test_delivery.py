"""The container's own lines into CloudWatch Logs."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from botocore.parsers import ResponseParserError

from probe.delivery import deliver
from probe.model import LogSink
from tests.clients import Answer, answering
from tests.vantages import REGION

SINK = LogSink(group="/ecs/checkout", stream="app/probe-r1", region=REGION)
NAMED = {"logGroupName": SINK.group, "logStreamName": SINK.stream}
LARGE = b"x" * 200_000


def put(*events: tuple[int, bytes]) -> Answer:
    """One PutLogEvents with these events."""
    written = [{"timestamp": when, "message": line.decode()} for when, line in events]
    return Answer("put_log_events", {**NAMED, "logEvents": written})


@pytest.mark.parametrize(
    "stream",
    [
        Answer("create_log_stream", NAMED),
        Answer("create_log_stream", NAMED, code="ResourceAlreadyExistsException"),
    ],
    ids=["made", "there"],
)
def test_lines_arrive_in_order(stream: Answer) -> None:
    """The stream first, then every line in as many requests as it takes."""
    events = [(number, LARGE) for number in range(6)]
    answers = [stream, put(*events[:5]), put(*events[5:])]
    with answering("logs", answers) as client:
        assert deliver(events, SINK, lambda: client, 5) is None


def test_a_refusal_is_told() -> None:
    """The role may not write there: that is a failure of the delivery, with AWS's code."""
    refused = Answer("create_log_stream", NAMED, code="AccessDeniedException")
    with answering("logs", [refused]) as client:
        failure = deliver([(1, b"{}")], SINK, lambda: client, 5)
    assert failure is not None
    assert ("access-denied", "AccessDeniedException") == (failure.kind.value, failure.code)


def test_an_endpoint_that_hangs_is_left_behind() -> None:
    """Delivery ends with its time, whatever the endpoint does."""
    released = threading.Event()

    def hanging() -> Any:
        released.wait(5)

    failure = deliver([(1, b"{}")], SINK, hanging, 0.05)
    released.set()
    assert failure is not None
    assert "timeout" == failure.kind.value


def test_a_page_in_place_of_an_answer_is_told() -> None:
    """Something on the way answered, and it is not CloudWatch Logs."""

    def intercepted() -> Any:
        raise ResponseParserError("invalid XML received")

    failure = deliver([(1, b"{}")], SINK, intercepted, 5)
    assert failure is not None
    assert "not-the-service" == failure.kind.value
