"""What scenarios measured, diagnosed again without a lab: the same findings, whatever changed since."""

from __future__ import annotations

from pathlib import Path

import pytest

from probe.diagnosis import diagnose
from tests.recordings import FOLDER, read, rows

RECORDED = sorted(FOLDER.glob("*.json"))


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recording_gives_the_findings_that_were_recorded(path: Path) -> None:
    """A rule that changes its mind about a scenario shows here at once; ``scripts/record`` accepts it."""
    case, findings = read(path)
    assert findings == rows(diagnose(case))


def test_every_scenario_has_a_recording_and_no_other() -> None:
    """``scripts/record`` wrote one for each file of the catalogue; a scenario goes with its recording."""
    scenarios = {path.stem for path in (FOLDER.parents[1] / "probe/lab/scenarios").glob("[!_]*.py")}
    assert scenarios == {path.stem for path in RECORDED}
