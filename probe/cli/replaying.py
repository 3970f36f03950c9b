"""``--replay``: a report's own facts, diagnosed again; no network, and nothing of AWS imported."""

from __future__ import annotations

from msgspec.structs import replace

from probe.cli import keeping
from probe.diagnosis import diagnose
from probe.report import document
from probe.report import replay as reading
from probe.report.document import Report


def again(file: str) -> Report:
    """The report that a file's facts come to today."""
    before = keeping.load(file)
    case = reading.case(before)
    report = document.build(
        case,
        diagnose(case),
        tool_version=before.tool_version,
        started=before.started,
        took=before.took,
        history=before.history,
    )
    return replace(report, comparison=before.comparison)
