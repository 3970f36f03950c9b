"""Reports in files: what a baseline forgives."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from probe.cli.keeping import compared
from probe.exits import Exit
from probe.report import document
from tests.report.cases import SUBNETS, case, healthy


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (Exit.HEALTHY, Exit.HEALTHY),
        (Exit.TCP, Exit.HEALTHY),
        (Exit.ASSERTION, Exit.HEALTHY),
        (Exit.NOTHING_TO_PROBE, Exit.NOTHING_TO_PROBE),
        (Exit.NO_REPORT, Exit.NO_REPORT),
        (Exit.OUT_OF_TIME, Exit.OUT_OF_TIME),
    ],
    ids=lambda code: code.name,
)
def test_regressions_alone_forgive_what_was_broken_and_not_what_nobody_looked_at(
    code: Exit, expected: Exit
) -> None:
    """Of a run like its baseline only the layers that are known to be broken are as before."""
    whole = case(*map(healthy, SUBNETS))
    report = document.build(whole, (), tool_version="1", started="2026-11-02T10:00:00+00:00", took=1.0)
    same = replace(report, exit_code=code)
    found = compared((same,), same, lenient=True).comparison
    assert found is not None
    assert (False, expected) == (found.worse, found.exit_code)
