"""Reports in files: the baseline that a run is compared with, and where its own report is saved."""

from __future__ import annotations

from pathlib import Path

import click
from msgspec.structs import replace

from probe.exits import Exit, is_broken
from probe.model import Spec
from probe.report import as_json, baseline
from probe.report import replay as reading
from probe.report.document import Report


def load(file: str) -> Report:
    """The report of a file.  ``UsageError`` where it cannot be read, or is none of this version's."""
    try:
        return reading.load(Path(file).read_bytes())
    except OSError as error:
        raise click.UsageError(f"cannot read {file}: {error.strerror}") from error
    except reading.Unreadable as error:
        raise click.UsageError(f"{file}: {error}") from error


def before(baseline: str | None, save: str | None) -> Report | None:
    """The baseline, where there is one.  ``UsageError`` for what a run would end in vain with."""
    found = load(baseline) if baseline is not None else None
    if save is not None:
        require_writable(save)
    return found


def require_comparable(file: str | None, before: Report, spec: Spec) -> None:
    """``UsageError`` where a run like this one says nothing about the baseline."""
    why = baseline.objection(before.spec, spec)
    if why is not None:
        raise click.UsageError(f"cannot compare with {file}: {why}")


def compared(before: Report, now: Report, *, lenient: bool) -> Report:
    """The report with what changed since a baseline.

    ``lenient`` forgives what was broken before, and never what nobody could look at.
    """
    found = baseline.compare(before.started, reading.seen(before), reading.seen(now))
    forgiven = lenient and not found.worse and is_broken(now.exit_code)
    code = Exit.HEALTHY if forgiven else now.exit_code
    return replace(now, comparison=replace(found, exit_code=code))


def require_writable(file: str) -> None:
    """``UsageError`` where a report could not be saved; asked before the run, and nothing is left."""
    path = Path(file)
    new = not path.exists()
    try:
        path.open("ab").close()
        if new:
            path.unlink()
    except OSError as error:
        raise click.UsageError(f"cannot save to {file}: {error.strerror}") from error


def save(report: Report, file: str) -> None:
    """Write the report as JSON.  ``UsageError`` where the file cannot be written any more."""
    try:
        Path(file).write_bytes(as_json.encode(report))
    except OSError as error:
        raise click.UsageError(f"cannot save to {file}: {error.strerror}") from error
