"""``kill -9`` at any moment of a run, then ``run-probe cleanup``: nothing of ours is left in the account."""

from __future__ import annotations

import os

import pytest

from probe.lab.scenario import load
from tests.lab.catalogue import ROOT, Rehearsal, play

pytestmark = pytest.mark.lab

SEED = os.environ.get("RUN_PROBE_SEED", "7")
"""Another one kills at other moments."""
KILLS = 6


@pytest.fixture(scope="module")
def runs() -> Rehearsal:
    """One lab, in which runs are killed one after another."""
    scenario = load(ROOT / "tests/lab/rights_scenario.py")
    arguments = ("--like-service", "checkout", "--cluster", "prod")
    return play(scenario, "killing.py", SEED, str(KILLS), *arguments)


@pytest.mark.parametrize("one", range(KILLS))
def test_cleanup_leaves_nothing_of_a_killed_run(runs: Rehearsal, one: int) -> None:
    """Whatever the run had made by then is gone, and cleanup ends with 0."""
    act = runs.act(str(one))
    assert (0, []) == (act["exit_code"], act["left"]), f"killed after {act['after']:.1f} s with seed {SEED}"


def test_the_killed_runs_left_something(runs: Rehearsal) -> None:
    """The rows above are no idle ones: among the moments are such at which there was something to remove."""
    acts = [runs.act(str(one)) for one in range(KILLS)]
    assert any(act["was_running"] and act["before"] for act in acts)
