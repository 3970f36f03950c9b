"""``kill -9`` at any moment of a run, then ``run-probe cleanup``: nothing of ours is left in the account."""

from __future__ import annotations

import os

import pytest

from probe.lab.scenario import load
from tests.lab.catalogue import ROOT, Rehearsal, play

pytestmark = pytest.mark.lab

SEED = os.environ.get("RUN_PROBE_SEED", "7")
"""Another one kills at other moments."""
ROUNDS = 5
DEADLINE = 300.0


@pytest.fixture(scope="module")
def runs() -> Rehearsal:
    """One lab, in which runs are killed four at a time, and a cleanup after each four."""
    scenario = load(ROOT / "tests/lab/rights_scenario.py")
    arguments = ("--like-service", "checkout", "--cluster", "prod")
    return play(scenario, "killing.py", SEED, str(ROUNDS), *arguments, deadline=DEADLINE)


@pytest.mark.parametrize("one", range(ROUNDS))
def test_cleanup_leaves_nothing_of_killed_runs(runs: Rehearsal, one: int) -> None:
    """However far they got, or a cleanup that was killed too: all is gone, and cleanup ends with 0."""
    act = runs.act(str(one))
    moments = ", ".join(f"{after:.1f}" for after in act["after"])
    assert (0, []) == (act["exit_code"], act["left"]), f"killed after {moments} s with seed {SEED}"


def test_twenty_runs_were_stopped_some_of_them_under_way_and_left_something(runs: Rehearsal) -> None:
    """The rows above are no idle ones; how many are under way depends on how busy the machine is."""
    acts = [runs.act(str(one)) for one in range(ROUNDS)]
    kills = [was_running for act in acts for was_running in act["were_running"]]
    assert (20, True, True) == (len(kills), any(kills), any(act["before"] for act in acts))
