"""The catalogue of scenarios, each rehearsed once in a lab of its own, a few labs at a time.

Building a VPC is what costs, so every test about a scenario reads the same rehearsal.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from probe.lab.scenario import CATALOGUE, Scenario, load
from probe.report import replay
from tests import recordings

RECORD = "RUN_PROBE_RECORD"
"""Names the environment variable whose folder gets a recording of every rehearsal (``scripts/record``)."""

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = {path.stem: load(path) for path in sorted(CATALOGUE.glob("[!_]*.py"))}
AT_ONCE = (os.cpu_count() or 1) + 1
DEADLINE = 180.0
"""Seconds for one rehearsal; a scenario is meant to take 15, and two cores are shared by all."""

NOT_YET: dict[str, str] = {}
"""Scenarios whose expectation the diagnosis cannot meet yet, and what it lacks.

Nobody weakens an expectation.  Every run prints this list; what is met has to leave it.
"""


class NothingToldError(AssertionError):
    """The rehearsal never came to the act that a test asks about."""


@dataclass(frozen=True)
class Rehearsal:
    """The acts that were played, and what the lab said besides."""

    acts: dict[str, dict[str, Any]]
    said: str

    def act(self, name: str) -> dict[str, Any]:
        """``first``, ``fix`` or ``second``.  Raises ``NothingToldError`` with the lab's words."""
        if name not in self.acts:
            raise NothingToldError(f"no {name} act: {list(self.acts)} were played\n{self.said}")
        return self.acts[name]

    def report(self, name: str = "first") -> dict[str, Any]:
        """The JSON report of a run.  Raises ``NothingToldError`` with the run's words where it is none."""
        act = self.act(name)
        try:
            document: dict[str, Any] = json.loads(act["stdout"])
        except json.JSONDecodeError:
            raise NothingToldError(
                f"{name}: exit code {act['exit_code']} and no report: {act['stderr']}"
            ) from None
        return document


class Company:
    """Rehearses scenarios side by side; whoever asks for one waits for it alone."""

    def __init__(self, names: Iterable[str]) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self._coming: dict[str, Future[Rehearsal]] = {}
        for name in dict.fromkeys(names):
            self._coming[name] = self._pool.submit(rehearse, SCENARIOS[name])

    def rehearsal(self, name: str) -> Rehearsal:
        """The rehearsal of one scenario."""
        return self._coming[name].result()

    def leave(self) -> None:
        """Starts nothing more, and waits for the labs that are up."""
        self._pool.shutdown(cancel_futures=True)


def rehearse(scenario: Scenario) -> Rehearsal:
    """One lab, one rehearsal of the fix, with the scenario's own arguments; recorded where asked for."""
    played = play(scenario, "rehearsal.py", flags=("--asked",))
    folder = os.environ.get(RECORD)
    if folder and played.acts.get("first", {}).get("findings") is not None:
        report = replay.load(played.act("first")["stdout"].encode())
        recordings.write(Path(folder) / f"{scenario.path.stem}.json", replay.case(report), report.findings)
    return played


def like(scenario: Scenario) -> tuple[str, ...]:
    """run-probe's arguments for the scenario's service."""
    return ("--like-service", str(scenario.service), "--cluster", str(scenario.cluster))


def play(
    scenario: Scenario,
    script: str,
    *arguments: str,
    own_group: bool = False,
    flags: Sequence[str] = (),
    deadline: float = DEADLINE,
) -> Rehearsal:
    """A script of this folder in a scenario's seat; ended after the deadline with the acts played so far.

    ``flags`` are the lab's own.  With ``own_group`` the lab and all that is in it are a process group, as a
    terminal's foreground is.
    """
    played = (sys.executable, str(ROOT / "tests/lab" / script), *arguments)
    playing = subprocess.Popen(
        in_lab(scenario, *played, flags=flags),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        process_group=0 if own_group else None,
    )
    try:
        told, said = playing.communicate(timeout=deadline)
    except subprocess.TimeoutExpired:
        playing.kill()
        told, said = playing.communicate()
        said += f"\nended after {deadline:.0f} s"
    acts: dict[str, dict[str, Any]] = {}
    for line in told.splitlines():
        acts |= json.loads(line)
    return Rehearsal(acts, said)


def in_lab(scenario: Scenario, *command: str, flags: Sequence[str] = ()) -> list[str]:
    """The command line that runs a command in a scenario's seat."""
    return [sys.executable, "-m", "probe.lab", *flags, str(scenario.path), "--", *command]
