"""``--replay``: a report's own facts, diagnosed again; no network, and nothing of AWS imported."""

from __future__ import annotations

from msgspec.structs import replace

from probe.cli import keeping
from probe.diagnosis import diagnose
from probe.report import document
from probe.report import replay as reading
from probe.report.document import Report


def again(file: str) -> tuple[Report, ...]:
    """The reports that a file's facts come to today."""
    return tuple(_again(before) for before in keeping.load(file))


def _again(before: Report) -> Report:
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
