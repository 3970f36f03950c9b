"""Each right that docs/iam.md asks for to read the network is used, and can be done without."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.lab.catalogue import ROOT, SCENARIOS, Rehearsal, like, play

pytestmark = pytest.mark.lab

BLOCKS = re.findall(r"^```json\n(.*?)^```$", (ROOT / "docs/iam.md").read_text(), re.DOTALL | re.MULTILINE)
STATEMENTS = {one["Sid"]: one for block in BLOCKS for one in json.loads(block)["Statement"]}
READING = STATEMENTS["ReadTheNetwork"]["Action"]
SCENARIO = SCENARIOS["secretsmanager_endpoint_sg_blocks_ingress"]


@pytest.fixture(scope="module")
def runs() -> Rehearsal:
    """One lab, in which the same run is made without each of the rights."""
    return play(SCENARIO, "deprivation.py", ",".join(READING), *like(SCENARIO))


def measured(report: dict[str, Any]) -> list[tuple[str, ...]]:
    """What the packets said: every cell of the matrix without its explanation."""
    keys = ("subnet", "target", "layer", "status")
    return [tuple(cell[key] for key in keys) for cell in report["matrix"]]


def test_with_every_right_nothing_is_unread(runs: Rehearsal) -> None:
    """A caller who may read everything is told of no part that could not be read."""
    report = runs.report("nothing")
    assert (report["exit_code"], report["snapshot_denied"]) == (12, [])


@pytest.mark.parametrize("action", READING)
def test_without_a_right_to_read_the_measured_verdict_stands(runs: Rehearsal, action: str) -> None:
    """What was measured is the same, and the report names the action that was denied and on what."""
    report = runs.report(action)
    unread = {part["action"]: bool(part["resource"] and part["words"]) for part in report["snapshot_denied"]}
    assert (runs.act(action)["exit_code"], report["exit_code"], unread.get(action)) == (12, 12, True)
    assert measured(report) == measured(runs.report("nothing"))
