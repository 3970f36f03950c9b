"""The report for scripts, and the schema it keeps."""

from __future__ import annotations

import inspect
from typing import Any

import msgspec

from probe.report.document import Report


def encode(*reports: Report) -> bytes:
    """A report as indented JSON, and of several each as one line; with a final newline."""
    if len(reports) > 1:
        return b"".join(msgspec.json.encode(report) + b"\n" for report in reports)
    return b"".join(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n" for report in reports)


def schema() -> dict[str, Any]:
    """The JSON Schema of a report, as docs/report.schema.json publishes it."""
    made = msgspec.json.schema(Report)
    for described in made["$defs"].values():
        # Python 3.13 takes the indentation out of docstrings itself.
        if "description" in described:
            described["description"] = inspect.cleandoc(described["description"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "run-probe report",
        **made,
    }
