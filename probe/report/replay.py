"""The way back: a report's JSON into the case it was diagnosed from."""

from __future__ import annotations

import msgspec

from probe import forms
from probe.diagnosis.case import Case
from probe.model import Noun
from probe.report.changes import Seen
from probe.report.document import SCHEMA, Report


class Unreadable(ValueError):
    """A file that is no report of ours; its text is one line, ``{what happened}: {why}``."""


class _Head(Noun):
    schema: int


def load_all(data: bytes) -> tuple[Report, ...]:
    """The reports of a file: one, or a line each of a run of several subjects.  Raises ``Unreadable``."""
    lines = data.strip().splitlines()
    several = len(lines) > 1 and all(line.startswith(b"{") and line.endswith(b"}") for line in lines)
    return tuple(load(line) for line in lines) if several else (load(data),)


def load(data: bytes) -> Report:
    """The report of a JSON document.  Raises ``Unreadable`` for anything else, a newer schema included."""
    try:
        head = forms.read(data, _Head)
        if head.schema != SCHEMA:
            raise Unreadable(_other_schema(head.schema))
        return forms.read(data, Report)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable(f"not a run-probe report: {error}") from error


def case(report: Report) -> Case:
    """What the report was diagnosed from; ``diagnose`` of it, built again, is the same report."""
    return Case(
        spec=report.spec,
        requirements=report.requirements,
        targets=report.targets,
        outcomes=report.runs,
        snapshot=report.snapshot,
        offline=report.offline,
        expect_private=report.expect_private,
        elsewhere=report.elsewhere,
        pull_role=report.pull_role,
    )


def seen(report: Report) -> Seen:
    """What a comparison reads of a report."""
    cells = {(cell.subnet, cell.target, cell.layer): cell.status for cell in report.matrix}
    return Seen(case=case(report), findings=report.findings, cells=cells)


def _other_schema(schema: int) -> str:
    way = "a newer run-probe wrote it; use that version or a later one" if schema > SCHEMA else "too old"
    return f"cannot read this report: it has schema {schema} and this run-probe reads {SCHEMA}: {way}"
