"""Runs that somebody ends: what is left of the lab on this machine, and of the probe in the account."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.lab.catalogue import ROOT, SCENARIOS, Rehearsal, like, play
from tests.lab.processes import (
    DEADLINE,
    alive,
    descendants,
    everybody,
    namespaces,
    surroundings,
    until,
)

pytestmark = pytest.mark.lab

A_FEW_SECONDS = 5.0


@pytest.fixture(scope="module")
def acts() -> Rehearsal:
    """One lab in which a run is killed, cleaned up after, and another one is interrupted."""
    scenario = SCENARIOS["healthy_private"]
    return play(scenario, "interruption.py", *like(scenario), own_group=True)


@pytest.fixture
def running() -> Iterator[subprocess.Popen[str]]:
    """``run-probe --lab`` in a process group of its own, while its tasks are under way."""
    command = [sys.executable, "-m", "probe.cli", "--lab", "healthy-private", "--like-service", "checkout"]
    run = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, process_group=0
    )
    assert run.stderr is not None
    assert any("the probe is" in line for line in iter(run.stderr.readline, ""))
    yield run
    run.kill()
    run.communicate(timeout=DEADLINE)


def test_the_probe_ends_itself_when_nobody_stops_it() -> None:
    """Its deadline, three seconds here, is its own: what hangs is out of time, and the task ends."""
    scenario = SCENARIOS["secretsmanager_endpoint_sg_blocks_ingress"]
    ended = play(scenario, "alone.py", "3", *like(scenario)).act("ended")
    assert "Essential container in task exited" == ended["reason"]
    assert (21, 21) == (ended["codes"]["probe"], ended["codes"]["verdict"])


def test_what_a_killed_run_left_is_cleaned_up(acts: Rehearsal) -> None:
    """What ``kill -9`` leaves in the account, ``run-probe cleanup`` names and removes them."""
    before, cleaned = acts.act("killed"), acts.act("cleanup")
    assert (True, 1) == (bool(before["tasks"]), len(before["definitions"]))
    assert [] == [arn for arn in (*before["tasks"], *before["definitions"]) if arn not in cleaned["stdout"]]
    assert (0, [], []) == (cleaned["exit_code"], cleaned["tasks"], cleaned["definitions"])


def test_ctrl_c_takes_away_what_the_run_made(acts: Rehearsal) -> None:
    """Exit 21, one line on what happens, no report; ECS shows the tasks stopped and no active definition."""
    before, after = acts.act("cleanup"), acts.act("ctrl-c")
    assert (21, "", [], []) == (after["exit_code"], after["stdout"], after["tasks"], after["definitions"])
    assert "stopping: taking away what the run has made\n" in after["stderr"]
    assert "Traceback" not in after["stderr"]
    reasons = [why for task, why in after["stopped"].items() if task not in before["stopped"]]
    assert {"run-probe has what it came for"} == set(reasons)


def test_ctrl_c_ends_the_lab_with_21(running: subprocess.Popen[str]) -> None:
    """The lab hands on the code of the run that it was started for, after the run has cleaned up."""
    below = descendants(running.pid)
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=DEADLINE)
    assert (21, "", True) == (running.returncode, out, err.endswith("was taken away again\n"))
    assert until(lambda: not alive(below), A_FEW_SECONDS)


def test_kill_9_in_the_middle_of_a_run_leaves_nothing(running: subprocess.Popen[str]) -> None:
    """Neither a process in the lab's namespaces, nor a mount or an interface outside of them."""
    before, below = surroundings(), descendants(running.pid)
    spaces = namespaces(below)
    assert {"mnt", "net", "pid"} <= {space.partition(":")[0] for space in spaces}
    inside = [pid for pid in everybody() if spaces & namespaces([pid])]
    running.kill()
    running.wait()
    assert until(lambda: not alive([*below, *inside]), A_FEW_SECONDS)
    assert before == surroundings()
