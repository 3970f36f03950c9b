"""The roads home: how one ended probe becomes observations.

Log lines say everything, where they come.  The reporters' exit codes say the lowest broken layer of a
group, through ``DescribeTasks``, with no network in the VPC at all.  The stop reason of a task that never
ran says which of ECS's own steps failed, and by that which ones passed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from botocore.exceptions import ClientError
from msgspec.structs import replace

from probe import lines
from probe.launch import exit_codes, stop_reasons
from probe.launch.refusals import asking, code_of
from probe.launch.refused import RefusedError
from probe.model import LogSink, Observation, Outcome, Target, Work

_ATTEMPTS = 4
_PAUSE = 0.5


def gather(logs: Callable[[str], Any], outcome: Outcome, work: Work) -> Outcome:
    """The outcome with what every road says; ``logs`` makes a CloudWatch Logs client for a region.

    The log is the fullest road; groups that it is silent about are read from the exit codes.
    """
    if not any(code is not None for code in outcome.exit_codes.values()):
        return replace(outcome, observations=stop_reasons.observations(outcome, work.targets))
    read = read_lines(logs, work.logs) if work.logs else Read()
    rest = () if read.complete else tuple(_silent(read.told, outcome, work.targets))
    ended = outcome.ended if read.complete or not work.logs else f"{outcome.ended}; {_lost(read)}"
    return replace(outcome, ended=ended, complete=read.complete, observations=(*read.told, *rest))


class Read(NamedTuple):
    """The probe's own lines, whether they are all there, and why they could not be read."""

    told: tuple[Observation, ...] = ()
    complete: bool = False
    refused: str | None = None


def read_lines(logs: Callable[[str], Any], sink: LogSink) -> Read:
    """The probe's own lines from its stream.

    CloudWatch shows events a moment after it took them, so it is asked a few times; a stream that is not
    there was never written, which is the ordinary case of a broken logs endpoint.
    """
    read = Read()
    stream = f"{sink.group}:{sink.stream}"
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(_PAUSE)
        try:
            with asking("its log could not be read", "logs:GetLogEvents", stream):
                read = Read(*lines.parse(_messages(logs(sink.region), sink)))
        except RefusedError as error:
            return read if _never_written(error) else read._replace(refused=str(error))
        if read.complete:
            break
    return read


def _lost(read: Read) -> str:
    """Why the log is not the whole story: it could not be read, or not all of it was delivered."""
    return read.refused or f"{'some' if read.told else 'none'} of its log lines arrived"


def _never_written(error: RefusedError) -> bool:
    cause = error.__cause__
    return isinstance(cause, ClientError) and code_of(cause) == "ResourceNotFoundException"


def _messages(logs: Any, sink: LogSink) -> Iterator[str]:
    """Every event of a stream, page by page; the last page repeats its own token."""
    place: dict[str, str] = {}
    while True:
        page = logs.get_log_events(
            logGroupName=sink.group, logStreamName=sink.stream, startFromHead=True, **place
        )
        # Something that is not CloudWatch may answer in its place, with a page that has no events.
        events = page.get("events") or ()
        yield from (event["message"] for event in events)
        following = page.get("nextForwardToken")
        if not events or following in {None, place.get("nextToken")}:
            return
        place = {"nextToken": following}


def _silent(
    told: Sequence[Observation], outcome: Outcome, targets: Sequence[Target]
) -> Iterator[Observation]:
    """What the exit codes say about groups that no line speaks of."""
    named = {one.target for one in told}
    spoken = {target.group for target in targets if target.name in named}
    for group in dict.fromkeys(target.group for target in targets):
        if group not in spoken:
            here = tuple(target for target in targets if target.group == group)
            yield from exit_codes.observations(here, exit_codes.of_group(outcome, group))
