"""The report as JUnit XML, in the form that continuous integration reads.

A suite a subnet, a test case a step of a target; and one suite for the verdict and its findings, so that a
file without a failure or an error is a run that ended with 0.  What was skipped or not measured never
passes.  The form is that of ``junit-10.xsd`` of Jenkins' xUnit plugin.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from probe.exits import MEANING, Exit, is_broken
from probe.model import Finding, Severity, Status
from probe.report.document import Report
from probe.report.folding import about
from probe.report.matrix import NOTHING_TO_DO, Cell
from probe.report.wording import subject

_SUITE = "run-probe"
_CASES = ("failure", "error", "skipped")
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold, escaped or not."""


def encode(*reports: Report) -> bytes:
    """The reports as one XML document, with a final newline; of several each suite says whose it is."""
    named = [(report, f"{subject(report.spec)}." if len(reports) > 1 else "") for report in reports]
    suites = [suite for report, whose in named for suite in _suites(report, whose)]
    return _document(suites, sum({report.started: report.took for report in reports}.values()))


def _suites(report: Report, whose: str) -> Iterator[ET.Element]:
    yield _verdict(report, f"{whose}{_SUITE}")
    yield from (_subnet(report, subnet, whose) for subnet in report.spec.subnets)


def broken(message: str, code: Exit) -> bytes:
    """The document of a run that came to no report, and why."""
    case = _case("set-up", _SUITE)
    _end(case, "error", f"exit code {int(code)}", message)
    return _document([_suite(_SUITE, [case])], 0.0)


def _verdict(report: Report, name: str) -> ET.Element:
    code = report.comparison.exit_code if report.comparison else report.exit_code
    case = _case("verdict", name)
    if code is not Exit.HEALTHY:
        kind = "failure" if is_broken(code) else "error"
        _end(case, kind, f"exit code {int(code)}", MEANING[code])
    found = (one for one in report.findings if one.severity is Severity.ERROR)
    return _suite(
        name,
        [case, *(_finding(one, name) for one in found)],
        report.started,
        {"verdict": report.verdict, "exit_code": str(int(code))},
    )


def _finding(finding: Finding, name: str) -> ET.Element:
    """A finding with its evidence and its commands, as the text of a failure."""
    case = _case(f"{finding.code}: {finding.subject}", f"{name}.findings")
    lines = [finding.explanation, *finding.evidence, *finding.fix.cli, f"run-probe explain {finding.code}"]
    _end(case, "failure", finding.code, finding.title, "\n".join(lines))
    return case


def _subnet(report: Report, subnet: str, whose: str) -> ET.Element:
    here = (cell for cell in report.matrix if cell.subnet == subnet and cell.because != NOTHING_TO_DO)
    return _suite(f"{whose}{subnet}", [_step(report, cell, whose) for cell in here], report.started)


def _step(report: Report, cell: Cell, whose: str) -> ET.Element:
    case = _case(cell.layer, f"{whose}{cell.subnet}.{cell.target}")
    match cell.status:
        case Status.PASS:
            pass
        case Status.SKIP:
            _end(case, "skipped", "", cell.because)
        case _ if not cell.needed:
            how = "a start goes without" if cell.wanted else "not needed"
            _end(case, "skipped", "", f"{how}, and {cell.status}: {cell.because}")
        case Status.FAIL:
            codes = [one.code for one in report.findings if about(one, cell)]
            _end(case, "failure", ", ".join(codes) or "fail", cell.because)
        case Status.ERROR | Status.NO_REPORT:
            _end(case, "error", cell.status, cell.because)
    return case


def _case(name: str, classname: str) -> ET.Element:
    return ET.Element("testcase", {"classname": _clean(classname), "name": _clean(name), "time": "0"})


def _end(case: ET.Element, kind: str, about: str, message: str, text: str = "") -> None:
    end = ET.SubElement(case, kind, {"message": _clean(message)} | ({"type": about} if about else {}))
    end.text = _clean(text or message) if kind != "skipped" else None


def _suite(
    name: str, cases: Iterable[ET.Element], started: str = "", properties: dict[str, str] | None = None
) -> ET.Element:
    listed = list(cases)
    counts = {f"{kind}{'' if kind == 'skipped' else 's'}": str(_count(listed, kind)) for kind in _CASES}
    suite = ET.Element("testsuite", {"name": _clean(name), "tests": str(len(listed)), **counts, "time": "0"})
    if started:
        suite.set("timestamp", started[:19])
    if properties:
        written = ET.SubElement(suite, "properties")
        for key, value in properties.items():
            ET.SubElement(written, "property", {"name": key, "value": _clean(value)})
    suite.extend(listed)
    return suite


def _count(cases: Iterable[ET.Element], kind: str) -> int:
    return sum(case.find(kind) is not None for case in cases)


def _document(suites: Iterable[ET.Element], took: float) -> bytes:
    listed = list(suites)
    root = ET.Element("testsuites", {"name": _SUITE, **dict(_totals(listed)), "time": f"{took:.3f}"})
    root.extend(listed)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _totals(suites: list[ET.Element]) -> Iterator[tuple[str, str]]:
    for name in ("tests", "failures", "errors"):
        yield name, str(sum(int(suite.get(name, "0")) for suite in suites))


def _clean(text: str) -> str:
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
