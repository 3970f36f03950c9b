"""The report for scripts, and the schema it keeps."""

from __future__ import annotations

from typing import Any

import msgspec

from probe.report.document import Report


def encode(report: Report) -> bytes:
    """The report as indented JSON, with a final newline."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def schema() -> dict[str, Any]:
    """The JSON Schema of a report, as docs/report.schema.json publishes it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "run-probe report",
        **msgspec.json.schema(Report),
    }
