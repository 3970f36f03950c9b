"""Reports in files: the baseline that a run is compared with, and where its own report is saved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from msgspec.structs import replace

from probe.exits import Exit, is_broken
from probe.model import Spec
from probe.report import as_json, baseline
from probe.report import replay as reading
from probe.report.document import Report


def load(file: str) -> tuple[Report, ...]:
    """The reports of a file.  ``UsageError`` where it cannot be read, or is none of this version's."""
    try:
        return reading.load_all(Path(file).read_bytes())
    except OSError as error:
        raise click.UsageError(f"cannot read {file}: {error.strerror}") from error
    except reading.Unreadable as error:
        raise click.UsageError(f"{file}: {error}") from error


def before(baseline: str | None, save: str | None) -> tuple[Report, ...]:
    """The baseline's reports, none without one.  ``UsageError`` for what a run would end in vain with."""
    found = load(baseline) if baseline is not None else ()
    if save is not None:
        require_writable(save)
    return found


def require_comparable(file: str | None, before: Sequence[Report], specs: Iterable[Spec]) -> None:
    """``UsageError`` where a run like this one says nothing about the baseline."""
    for spec in specs:
        try:
            why = baseline.objection(baseline.counterpart(before, spec).spec, spec)
        except ValueError as error:
            why = str(error)
        if why is not None:
            raise click.UsageError(f"cannot compare with {file}: {why}")


def compared(before: Sequence[Report], now: Report, *, lenient: bool) -> Report:
    """The report with what changed since the baseline's of the same subject.

    ``lenient`` forgives what was broken before, and never what nobody could look at.
    """
    was = baseline.counterpart(before, now.spec)
    found = baseline.compare(was.started, reading.seen(was), reading.seen(now))
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


def save(reports: Iterable[Report], file: str) -> None:
    """Write the reports as JSON.  ``UsageError`` where the file cannot be written any more."""
    try:
        Path(file).write_bytes(as_json.encode(*reports))
    except OSError as error:
        raise click.UsageError(f"cannot save to {file}: {error.strerror}") from error
