"""Each scenario of the catalogue gives exactly the findings it expects, and a report that replays."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from probe.lab.scenario import Scenario
from tests.lab.catalogue import NOT_YET, ROOT, SCENARIOS, Rehearsal

pytestmark = [pytest.mark.lab, pytest.mark.parametrize("scenario", SCENARIOS)]

SECRET = re.compile(r"arn:aws:secretsmanager:[^:]*:[^:]*:secret:([^#]+)-\w{6}(?=#|$)")
"""A secret's ARN; its name is what comes before the six characters that nobody knows beforehand."""

Row = tuple[str, str, tuple[str, ...]]
"""Code, subject and subnets of a finding, ids given as the names that people know them by."""


def called(text: str, names: Mapping[str, str]) -> str:
    """A subject with each id in it by its name: ``acl-1/ingress/90`` is ``private/ingress/90``."""
    text = SECRET.sub(r"\1", text)
    return "/".join(names.get(part, part) for part in text.split("/"))


def expected(scenario: Scenario, subnets: list[str], names: Mapping[str, str]) -> list[Row]:
    """What the scenario's EXPECT says; a row without subnets means all of the service's."""
    assert scenario.expect is not None
    return sorted(
        (
            row.code,
            called(row.subject, names),
            tuple(sorted(names.get(one, one) for one in row.subnets or subnets)),
        )
        for row in scenario.expect.findings
    )


def found(report: dict[str, Any], names: Mapping[str, str]) -> list[Row]:
    """What the report says, warnings included."""
    return sorted(
        (
            finding["code"],
            called(finding["subject"], names),
            tuple(sorted(names.get(subnet, subnet) for subnet in finding["subnets"])),
        )
        for finding in report["findings"]
    )


@pytest.fixture
def met(scenario: str, request: pytest.FixtureRequest) -> None:
    """A scenario of the not-yet list fails, and has to leave the list once it does not."""
    if scenario in NOT_YET:
        request.applymarker(pytest.mark.xfail(reason=NOT_YET[scenario], strict=True))


@pytest.mark.usefixtures("met")
def test_a_scenario_gives_what_it_expects_and_nothing_more(scenario: str, rehearsal: Rehearsal) -> None:
    """Findings, subjects, subnets and exit code are exactly those of the scenario's file."""
    report, names = rehearsal.report(), rehearsal.act("first")["names"]
    expectation = SCENARIOS[scenario].expect
    assert expectation is not None
    rows = expected(SCENARIOS[scenario], report["spec"]["subnets"], names)
    code = expectation.exit_code
    assert (rows, code, code) == (
        found(report, names),
        report["exit_code"],
        rehearsal.act("first")["exit_code"],
    )


def test_a_scenario_tells_what_changed_and_nothing_more(scenario: str, rehearsal: Rehearsal) -> None:
    """Against a baseline the differences are exactly those of the scenario's file."""
    compared = rehearsal.report()["comparison"] or {"changes": []}
    expectation = SCENARIOS[scenario].expect
    assert expectation is not None
    told = [(one["direction"], one["target"], one["what"]) for one in compared["changes"]]
    assert sorted(expectation.changes) == sorted(told)


def test_its_report_validates(scenario: str, rehearsal: Rehearsal) -> None:
    """What run-probe prints is what docs/report.schema.json promises."""
    schema = json.loads((ROOT / "docs/report.schema.json").read_text())
    errors = jsonschema.Draft202012Validator(schema).iter_errors(rehearsal.report())
    assert [f"{scenario}: {error.json_path}: {error.message}" for error in errors] == []


@pytest.fixture(scope="module")
def replayer() -> Iterator[subprocess.Popen[str]]:
    """A process in a namespace without a network: the name of a report's file in, the same report out."""
    with subprocess.Popen(
        ["unshare", "--user", "--map-root-user", "--net", sys.executable, "-m", "tests.lab.replaying"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as started:
        yield started


def test_its_report_replays_without_a_network(
    scenario: str, rehearsal: Rehearsal, replayer: subprocess.Popen[str], tmp_path: Path
) -> None:
    """The file alone, diagnosed again in a namespace without a network, is the same report."""
    saved = tmp_path / f"{scenario}.json"
    saved.write_text(rehearsal.act("first")["stdout"])
    assert replayer.stdin is not None
    assert replayer.stdout is not None
    print(saved, file=replayer.stdin, flush=True)
    code, printed = json.loads(replayer.stdout.readline())
    assert (saved.read_text().splitlines(), rehearsal.act("first")["exit_code"]) == (
        printed.splitlines(),
        code,
    )
