"""The road that needs no network: service by layer out of DescribeTasks alone, and what is no verdict there.

The image runs under podman as an unprivileged user, the task's volume is root's, nothing reaches the logs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from probe.lab.scenario import load
from tests.lab import containers
from tests.lab.catalogue import ROOT, Rehearsal, like, play

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="podman builds and runs the image as root only"),
]

WORKS = ["pass", "pass", "pass", "pass"]
SERVICES = ("ecr.api", "ecr.dkr", "s3", "secretsmanager")
NO_LINES = "none of its log lines arrived"
DIED = {
    "killed": f"the probe died: its container ended with 137; {NO_LINES}",
    "mute": f"the probe ran; {NO_LINES}",
    "stopped": "the probe could not start: somebody else's doing",
}


@pytest.fixture(scope="module")
def acts() -> Iterator[Rehearsal]:
    """One lab: a run that lives, and three whose probe came to no end of its own."""
    scenario = load(ROOT / "tests/lab/dying_scenario.py")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BASE", containers.base())
        yield play(scenario, "dying.py", *like(scenario), "--carrier", "fargate", flags=("--runtime=podman",))


def observed(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Every observation of the one subnet."""
    (run,) = report["runs"]
    observations: list[dict[str, Any]] = run["observations"]
    return observations


def test_service_by_layer_is_rebuilt_from_exit_codes(acts: Rehearsal) -> None:
    """What works and the layer that does not, as if the log had told it; and the cause is named."""
    report = acts.report("lives")
    layers: dict[str, list[str]] = {}
    for one in observed(report):
        if one["layer"] != "call":
            layers.setdefault(one["target"], []).append(one["status"])
    (finding,) = report["findings"]
    assert dict.fromkeys(SERVICES, WORKS) | {"logs": ["pass", "fail", "skip", "skip"]} == {
        name: layers[name] for name in (*SERVICES, "logs")
    }
    assert (12, "endpoint-sg-blocks-ingress", "corroborated", ["logs"]) == (
        acts.act("lives")["exit_code"],
        finding["code"],
        finding["confidence"],
        finding["targets"],
    )


def test_the_report_says_that_this_is_how_it_knows(acts: Rehearsal, tmp_path: Path) -> None:
    """No observation came by another road, and a person reads so."""
    written = tmp_path / "report.json"
    written.write_text(acts.act("lives")["stdout"])
    told = subprocess.run(
        [sys.executable, "-m", "probe.cli", "--replay", str(written)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    words = " ".join(told.stdout.split())
    assert {"exit-code"} == {one["road"] for one in observed(acts.report("lives"))}
    assert f"the probe ran; {NO_LINES}; known by the exit codes of its containers" in words


@pytest.mark.parametrize("act", DIED)
def test_a_probe_that_died_is_no_report_and_never_healthy(act: str, acts: Rehearsal) -> None:
    """Killed by the kernel, ended without results, or without any exit code: nobody measured anything."""
    report = acts.report(act)
    measured = {one["status"] for one in observed(report)} & {"pass", "fail"}
    assert (20, "no-report", set(), DIED[act]) == (
        acts.act(act)["exit_code"],
        report["verdict"],
        measured,
        report["runs"][0]["ended"],
    )


def test_the_codes_are_those_of_the_ends(acts: Rehearsal) -> None:
    """137 of a killed container, 20 of every reporter that finds no result, none of what never ran."""
    found = {act: set(acts.report(act)["runs"][0]["exit_codes"].values()) for act in DIED}
    assert {"killed": {137, 20}, "mute": {0, 20}, "stopped": {None}} == found
