"""The roads home: log lines first, exit codes for what they are silent about, stop reasons for the rest."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError

from probe import lines
from probe.launch import roads
from probe.model import Layer, LogSink, Observation, Outcome, Road, Status, Target, Work
from tests.launch.fake_ecs import denied

SINK = LogSink(group="/ecs/app", stream="ecs/app/probe-r-a", region="us-east-1")
MISSING = ClientError(
    {"Error": {"Code": "ResourceNotFoundException", "Message": "no stream"}}, "GetLogEvents"
)


class Logs:
    """A log stream in pages, or the error that reading it is."""

    def __init__(self, *pages: list[str], error: ClientError | BotoCoreError | None = None) -> None:
        self.pages, self.error, self.asked = pages, error, 0

    def get_log_events(self, *, nextToken: str = "0", **_: Any) -> dict[str, Any]:  # noqa: N803  boto3's
        self.asked += 1
        if self.error is not None:
            raise self.error
        at = int(nextToken)
        events = [{"message": text} for text in self.pages[at]] if at < len(self.pages) else []
        return {"events": events, "nextForwardToken": str(min(at + 1, len(self.pages)))}


def target(name: str) -> Target:
    return Target(
        name=name, service=name, host=name, region="us-east-1", needed=True, because="a test", group=name
    )


TARGETS = (target("ecr.api"), target("logs"))
WORK = Work(run="r", subnet="a", region="us-east-1", targets=TARGETS, logs=SINK)
SEEN = Observation(target="ecr.api", layer=Layer.DNS, operation="resolve-system", status=Status.PASS)


def line(event: str, **parts: Any) -> str:
    return lines.encode(event, parts).decode()


TOLD = [line("observation", observation=msgspec.to_builtins(SEEN))]
WHOLE = [*TOLD, line("probe.finished", observations=1, exit_code=0)]


def gathered(logs: Logs, codes: dict[str, int | None], reason: str | None = None) -> Outcome:
    outcome = Outcome(subnet="a", ended="the probe ran", exit_codes=codes, stop_reason=reason)
    return roads.gather(lambda _: logs, outcome, WORK)


@pytest.mark.parametrize("pages", [[WHOLE], [WHOLE[:1], WHOLE[1:]]], ids=["one-page", "two-pages"])
def test_a_whole_log_is_all_there_is_to_say(pages: list[list[str]]) -> None:
    """The probe's own lines have addresses and words; the exit codes add nothing."""
    found = gathered(Logs(*pages), {"probe": 0, "logs": 12})
    assert ((SEEN,), True) == (found.observations, found.complete)


def test_groups_that_the_log_is_silent_about_are_read_from_exit_codes() -> None:
    """A log that was cut off is kept, and completed."""
    found = gathered(Logs(TOLD), {"probe": 0, "ecr-api": 0, "logs": 12})
    roads_of = {one.target: one.road for one in found.observations}
    assert ({"ecr.api": Road.LOG, "logs": Road.EXIT_CODE}, False) == (roads_of, found.complete)


class Stranger(Logs):
    """A proxy's page in place of CloudWatch's answer."""

    def get_log_events(self, **_: Any) -> dict[str, Any]:
        return {}


def test_a_page_without_events_is_a_log_of_which_nothing_came() -> None:
    """The exit codes tell then."""
    found = gathered(Stranger(), {"probe": 0, "ecr-api": 0, "logs": 14})
    assert ({Road.EXIT_CODE}, True) == (
        {one.road for one in found.observations},
        found.ended.endswith("none of its log lines arrived"),
    )


def test_a_stream_that_was_never_written_is_asked_for_once() -> None:
    """A broken logs endpoint is the ordinary case: exit codes are then the only road."""
    logs = Logs(error=MISSING)
    found = gathered(logs, {"probe": 0, "ecr-api": 0, "logs": 12})
    assert (1, {Road.EXIT_CODE}) == (logs.asked, {one.road for one in found.observations})
    assert "the probe ran; none of its log lines arrived" == found.ended


@pytest.mark.parametrize(
    ("error", "because"),
    [
        (
            denied(
                "GetLogEvents", "logs:GetLogEvents", "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/app"
            ),
            "logs:GetLogEvents on arn:aws:logs:us-east-1:123456789012:log-group:/ecs/app is denied",
        ),
        (ConnectTimeoutError(endpoint_url="https://x"), 'Connect timeout on endpoint URL: "https://x"'),
    ],
    ids=["denied", "no-answer"],
)
def test_a_log_that_cannot_be_read_is_said(error: ClientError | BotoCoreError, because: str) -> None:
    """The exit codes still tell, and the report says why they alone do."""
    found = gathered(Logs(error=error), {"probe": 0, "ecr-api": 0, "logs": 12})
    assert f"the probe ran; its log could not be read: {because}" == found.ended
    assert {Road.EXIT_CODE} == {one.road for one in found.observations}


def test_a_task_that_never_ran_has_only_its_reason() -> None:
    """Its log is not even asked for."""
    logs = Logs(WHOLE)
    found = gathered(logs, {"probe": None, "logs": None}, "dial tcp 10.0.0.9:443: i/o timeout")
    assert (0, False) == (logs.asked, found.complete)
