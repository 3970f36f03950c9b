"""The report for continuous integration: well formed, and without a failure only where all is well."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from msgspec.structs import replace

from probe.diagnosis.case import Case
from probe.exits import Exit
from probe.model import Finding, Kind, Layer
from probe.report import junit
from probe.report.document import build
from tests.report.cases import BLOCKED, ECR, KMS, S3, case, healthy, outcome, upto, works

BROKEN = case(
    outcome("subnet-a", *upto(ECR, Layer.TCP, Kind.TIMEOUT), *works(S3), *upto(KMS, Layer.TCP, Kind.TIMEOUT)),
    outcome("subnet-b", complete=False, ended="stopped by ECS: no capacity"),
)
SUITES = ["run-probe", "subnet-a", "subnet-b"]
HEALTHY = case(healthy("subnet-a"), healthy("subnet-b"))


SCHEMA = xmlschema.XMLSchema(Path(__file__).with_name("junit-10.xsd"))
"""The common form: what it takes Jenkins takes, and GitLab and Azure with it."""


def suites(of: Case, *findings: Finding) -> ET.Element:
    """The document's root."""
    report = build(of, findings, tool_version="1.2.3", started="2026-11-02T10:00:00+00:00", took=31.5)
    return ET.fromstring(junit.encode(report))  # noqa: S314  our own document


def both() -> bytes:
    """A document of two services."""
    first, second = (
        build(
            replace(BROKEN, spec=replace(BROKEN.spec, service=service)),
            (BLOCKED,),
            tool_version="1.2.3",
            started="2026-11-02T10:00:00+00:00",
            took=31.5,
        )
        for service in ("checkout", "billing")
    )
    return junit.encode(first, second)


def ends(root: ET.Element) -> dict[str, str]:
    """Every test case by suite, class and name, and how it ended: ``pass`` or its element's name."""
    return {
        f"{suite.get('name')}/{one.get('classname')}/{one.get('name')}": next(
            (end.tag for end in one if end.tag != "system-out"), "pass"
        )
        for suite in root
        for one in suite.iter("testcase")
    }


def test_each_step_ends_as_its_cell_does() -> None:
    """What was skipped, or nobody measured, never passes; what nothing needs never fails."""
    found = ends(suites(BROKEN, BLOCKED))
    expected = {
        "run-probe/run-probe/verdict": "failure",
        "run-probe/run-probe.findings/endpoint-sg-blocks-ingress: sg-endpoints": "failure",
        "subnet-a/subnet-a.ecr.api/dns": "pass",
        "subnet-a/subnet-a.ecr.api/tcp": "failure",
        "subnet-a/subnet-a.ecr.api/tls": "skipped",
        "subnet-a/subnet-a.s3/http": "pass",
        "subnet-a/subnet-a.kms/tcp": "skipped",
        "subnet-b/subnet-b.ecr.api/call": "error",
        "subnet-b/subnet-b.kms/dns": "skipped",
    }
    assert expected == {name: found[name] for name in expected}


def test_of_several_services_each_suite_says_whose_it_is() -> None:
    """No two suites, and no two cases, have one name."""
    found = ET.fromstring(both())  # noqa: S314  our own document
    names = [f"{service}.{suite}" for service in ("checkout", "billing") for suite in SUITES]
    assert names == [suite.get("name") for suite in found]
    cases = [(one.get("classname"), one.get("name")) for one in found.iter("testcase")]
    assert len(cases) == len(set(cases))


def test_a_healthy_run_has_no_failure() -> None:
    """Neither a failure nor an error, and a verdict that passes."""
    assert {"pass", "skipped"} >= set(ends(suites(HEALTHY)).values())


def test_the_counts_are_those_of_the_cases() -> None:
    """Of every suite, and of the whole."""
    root = suites(BROKEN, BLOCKED)
    for suite in root:
        kinds = [end for name, end in ends(root).items() if name.startswith(f"{suite.get('name')}/")]
        counted = [len(kinds), *(kinds.count(kind) for kind in ("failure", "error", "skipped"))]
        assert [int(suite.get(name, "-1")) for name in ("tests", "failures", "errors", "skipped")] == counted
    assert sum(int(suite.get("tests", "0")) for suite in root) == int(root.get("tests", "-1"))


DOCUMENTS = {
    "broken": ET.tostring(suites(BROKEN, BLOCKED)),
    "healthy": ET.tostring(suites(HEALTHY)),
    "several": both(),
    "no-report": junit.broken("cannot read service a: there is none", Exit.USAGE),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_form_is_the_common_one(name: str) -> None:
    """Each document is valid against the schema that readers of JUnit XML hold it to."""
    assert [] == [error.reason for error in SCHEMA.iter_errors(DOCUMENTS[name].decode())]


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        pytest.param('name="dns"', "", id="a-case-without-a-name"),
        pytest.param('time="0"', 'time="0 s"', id="a-time-with-a-unit"),
        pytest.param('tests="', 'tests="about ', id="a-count-that-is-none"),
        pytest.param("<skipped", "<note/><skipped", id="an-element-of-our-own"),
    ],
)
def test_the_schema_refuses_another_form(mine: str, theirs: str) -> None:
    """So that a document which it takes has been looked at."""
    written = DOCUMENTS["broken"].decode()
    assert (True, False) == (mine in written, SCHEMA.is_valid(written.replace(mine, theirs, 1)))


@pytest.mark.parametrize("text", ['<b> & "quotes" ]]>', "bell \x07 and \x1b[31m", "\ud800", "snow \u2603"])
def test_any_text_makes_a_document(text: str) -> None:
    """What XML cannot hold is replaced, and all else escaped."""
    root = suites(BROKEN, replace(BLOCKED, title=text, explanation=text))
    message = next(end.get("message") for end in root.iter("failure") if end.get("type") == BLOCKED.code)
    assert message == "".join("\ufffd" if one in "\x07\x1b\ud800" else one for one in text)


def test_a_run_without_a_report_is_an_error() -> None:
    """Set-up that failed is a document too."""
    root = ET.fromstring(junit.broken("cannot read service a: there is none", Exit.USAGE))  # noqa: S314
    assert {"run-probe/run-probe/set-up": "error"} == ends(root)
    assert "cannot read service a: there is none" == next(root.iter("error")).get("message")
