"""``--replay``: a report's own facts, diagnosed again; no network, and nothing of AWS imported."""

from __future__ import annotations

from pathlib import Path

import click

from probe.cli import printing
from probe.diagnosis import diagnose
from probe.exits import Exit
from probe.report import document
from probe.report import replay as reading


def replay(file: str, output: str) -> Exit:
    """Print the report that a file's facts come to today; its exit code."""
    try:
        before = reading.load(Path(file).read_bytes())
    except OSError as error:
        raise click.UsageError(f"cannot read {file}: {error.strerror}") from error
    except reading.Unreadable as error:
        raise click.UsageError(f"{file}: {error}") from error
    case = reading.case(before)
    report = document.build(
        case,
        diagnose(case),
        tool_version=before.tool_version,
        started=before.started,
        took=before.took,
        history=before.history,
    )
    printing.write(report, output)
    return report.exit_code
