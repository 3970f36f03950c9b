"""The report as JSON: its published schema, and the way back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from probe.model import Kind, Layer
from probe.report import as_json, replay
from probe.report.document import Report, build
from tests.report.cases import (
    ACLS_DENIED,
    BLOCKED,
    ECR,
    FRAGILE,
    S3,
    SNAPSHOT,
    case,
    healthy,
    outcome,
    upto,
    works,
)

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "report.schema.json"
GIVEN = case(
    outcome("subnet-a", *upto(ECR, Layer.TCP, Kind.TIMEOUT), *works(S3), total=12),
    healthy("subnet-b"),
    snapshot=msgspec.structs.replace(SNAPSHOT, network_acls=ACLS_DENIED),
)
REPORT = build(
    GIVEN, (FRAGILE, BLOCKED), tool_version="1.2.3", started="2026-11-02T10:00:00+00:00", took=31.5
)


def changed(**fields: Any) -> bytes:
    """The report's JSON with some of its fields replaced."""
    return json.dumps(json.loads(as_json.encode(REPORT)) | fields).encode()


def test_the_published_schema_is_the_documents() -> None:
    """docs/report.schema.json is what scripts/schema writes today."""
    assert json.loads(json.dumps(as_json.schema())) == json.loads(PUBLISHED.read_text())


def test_a_report_validates_against_the_published_schema() -> None:
    """A report is what its schema says."""
    jsonschema.validate(json.loads(as_json.encode(REPORT)), json.loads(PUBLISHED.read_text()))


@pytest.mark.parametrize("field", Report.__struct_fields__)
def test_the_schema_requires_every_field_it_promises(field: str) -> None:
    """A report without one of its fields is refused by the schema, unless that field has a default."""
    document = json.loads(as_json.encode(REPORT))
    del document[field]
    valid = jsonschema.Draft202012Validator(json.loads(PUBLISHED.read_text())).is_valid(document)
    assert valid == (field == "schema")


def test_errors_come_first() -> None:
    """Findings are ordered by severity, whatever order the diagnosis had."""
    assert REPORT.findings == (BLOCKED, FRAGILE)


def test_what_could_not_be_read_is_listed() -> None:
    """A refused part of the snapshot is in the report with its action and AWS's words."""
    assert REPORT.snapshot_denied == (ACLS_DENIED,)


def test_a_report_comes_back_as_it_was() -> None:
    """Loading what was encoded gives the same value."""
    assert replay.load(as_json.encode(REPORT)) == REPORT


def test_several_reports_are_a_line_each() -> None:
    """And come back in their order; one alone is for people's eyes, too."""
    other = msgspec.structs.replace(REPORT, spec=msgspec.structs.replace(REPORT.spec, service="billing"))
    written = as_json.encode(REPORT, other)
    assert (2, (REPORT, other)) == (len(written.splitlines()), replay.load_all(written))
    assert (REPORT,) == replay.load_all(as_json.encode(REPORT))


def test_a_replayed_case_builds_the_same_report() -> None:
    """The case of a file, diagnosed again, is the same report: nothing a diagnosis reads was left out."""
    loaded = replay.load(as_json.encode(REPORT))
    again = build(
        replay.case(loaded),
        loaded.findings,
        tool_version=loaded.tool_version,
        started=loaded.started,
        took=loaded.took,
    )
    assert (replay.case(loaded), again) == (GIVEN, REPORT)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a run-probe report: Input data was truncated"),
        (b"{", "not a run-probe report: Input data was truncated"),
        (b"[]", "not a run-probe report: Expected `object`, got `array`"),
        (b"{}", "not a run-probe report: Object missing required field `schema`"),
        (b'{"schema": "one"}', "not a run-probe report: Expected `int`, got `str` - at `$.schema`"),
        (
            changed(schema=2),
            (
                "cannot read this report: it has schema 2 and this run-probe reads 1:"
                " a newer run-probe wrote it; use that version or a later one"
            ),
        ),
        (changed(schema=0), "cannot read this report: it has schema 0 and this run-probe reads 1: too old"),
        (
            changed(verdict="fine"),
            "not a run-probe report: Invalid enum value 'fine' - at `$.verdict`",
        ),
        (
            changed(took="long"),
            "not a run-probe report: Expected `float`, got `str` - at `$.took`",
        ),
    ],
    ids=["empty", "cut", "array", "nothing", "schema-text", "newer", "older", "enum", "type"],
)
def test_a_file_that_is_no_report_is_refused_in_one_line(data: bytes, message: str) -> None:
    """The message says what happened, why, and where in the file."""
    with pytest.raises(replay.Unreadable) as refused:
        replay.load(data)
    assert str(refused.value) == message


def test_bytes_that_are_no_text_are_refused() -> None:
    """A file in another encoding is refused like any other."""
    with pytest.raises(replay.Unreadable, match="not a run-probe report: "):
        replay.load("{}".encode("utf-16"))
