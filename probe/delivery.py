"""The container's own lines into CloudWatch Logs: in order, bounded in time, by the task's role.

A line that cannot be delivered changes no verdict: the exit codes are the road that needs no network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from probe import crew, failures, lines
from probe.model import Failure, LogSink


def deliver(
    events: Iterable[lines.Event], sink: LogSink, client: Callable[[], Any], seconds: float
) -> Failure | None:
    """Create the stream and write every event; what went wrong, or nothing.

    ``client`` makes a boto3 client for CloudWatch Logs in the sink's region.
    """
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    try:
        crew.within(seconds, lambda: _write(list(lines.batches(events)), sink, client()))
    except (BotoCoreError, ClientError, OSError, ResponseParserError) as error:
        return failures.classify("logs:PutLogEvents", error)
    return None


def _write(batches: list[list[lines.Event]], sink: LogSink, client: Any) -> None:
    with suppress(client.exceptions.ResourceAlreadyExistsException):
        client.create_log_stream(logGroupName=sink.group, logStreamName=sink.stream)
    for batch in batches:
        written = [{"timestamp": when, "message": line.decode()} for when, line in batch]
        client.put_log_events(logGroupName=sink.group, logStreamName=sink.stream, logEvents=written)
