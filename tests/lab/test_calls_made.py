"""The largest definition is asked for with no more calls than the agent makes, plus the single re-asks."""

from __future__ import annotations

import pytest

from probe.lab.scenario import load
from tests.lab.catalogue import ROOT, Rehearsal, like, play
from tests.lab.large_scenario import DENIED, PARAMETERS, REGIONS, SECRETS

pytestmark = pytest.mark.lab

BATCH = 10
EACH = PARAMETERS // len(REGIONS)
BATCHES = -(-EACH // BATCH)


@pytest.fixture(scope="module")
def played() -> Rehearsal:
    """One lab, one run, and what CloudTrail remembers of it."""
    scenario = load(ROOT / "tests/lab/large_scenario.py")
    return play(scenario, "counting.py", *like(scenario))


@pytest.mark.parametrize("region", REGIONS)
def test_the_calls_are_the_agents(played: Rehearsal, region: str) -> None:
    """One a secret, one for ten parameters of a region, and one a parameter of the batch that was refused."""
    asked = played.act("calls")[region]
    again = BATCH if region == REGIONS[-1] else 0
    expected = {"GetSecretValue": SECRETS // len(REGIONS), "GetParameters": BATCHES + again}
    assert expected == {name: asked[name] for name in expected}


def test_nothing_else_is_called(played: Rehearsal) -> None:
    """The task's own pull, the standing call to STS, and a stream for the check and the probe's lines."""
    made = {name for calls in played.act("calls").values() for name in calls}
    allowed = {"GetSecretValue", "GetParameters", "GetAuthorizationToken", "GetCallerIdentity"}
    assert made <= {*allowed, "CreateLogStream", "PutLogEvents"}


def test_everything_is_answered_before_the_deadline(played: Rehearsal) -> None:
    """All 105 references have their own answer, and the one that is denied is the only culprit."""
    (run,) = played.report()["runs"]
    asked = [
        one
        for one in run["observations"]
        if "GetSecretValue" in one["operation"] or "ssm:" in one["operation"]
    ]
    failed = [one["reference"].partition(":parameter")[2] for one in asked if one["status"] == "fail"]
    assert (SECRETS + PARAMETERS, [DENIED], set()) == (
        len(asked),
        failed,
        {one["status"] for one in run["observations"]} - {"pass", "fail"},
    )
