"""Several services, or several roles, in one run: a probe for all that share network and role."""

from __future__ import annotations

import json
from typing import Any

import pytest

from probe.lab.scenario import load
from tests.lab.catalogue import ROOT, Rehearsal, play

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def acts(tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    """One lab for all runs."""
    kept = tmp_path_factory.mktemp("kept") / "fleet.json"
    return play(load(ROOT / "tests/lab/fleet_scenario.py"), "fleet.py", str(kept))


def reports(act: dict[str, Any]) -> list[dict[str, Any]]:
    """A report a line."""
    assert act["stdout"], act["stderr"]
    return [json.loads(line) for line in act["stdout"].splitlines()]


def test_each_service_has_its_own_verdict(acts: Rehearsal) -> None:
    """In the order in which they were named; two of a network and role share a probe in each subnet."""
    ended = acts.act("services")
    found = [
        (one["spec"]["service"], one["exit_code"], [finding["code"] for finding in one["findings"]])
        for one in reports(ended)
    ]
    assert [("checkout", 0, []), ("billing", 0, []), ("search", 16, ["secret-not-found"])] == found
    assert (16, 4) == (ended["exit_code"], ended["probes"])


def test_each_is_compared_with_itself(acts: Rehearsal) -> None:
    """A kept fleet is the baseline of a fleet: what was broken before is no regression."""
    ended = acts.act("compared")
    assert [[], [], []] == [one["comparison"]["changes"] for one in reports(ended)]
    assert 0 == ended["exit_code"]


def test_each_role_of_a_new_vpc_has_its_own_verdict(acts: Rehearsal) -> None:
    """A probe a role and subnet, since it is the role that a probe calls with."""
    ended = acts.act("roles")
    found = [(one["spec"]["execution_role"].rpartition("/")[2], one["exit_code"]) for one in reports(ended)]
    assert [("tasks", 0), ("billing-execution", 0)] == found
    assert (0, 4) == (ended["exit_code"], ended["probes"])


def test_people_read_the_verdicts_first_and_nothing_twice(acts: Rehearsal) -> None:
    """A matrix that is like an earlier one is not written again."""
    lines = acts.act("text")["stdout"].splitlines()
    assert [
        "PASS  checkout in prod: exit code 0, everything needed works",
        "PASS  billing in prod: exit code 0, everything needed works",
        "FAIL  search in prod: exit code 16, reference: image, secret, key, parameter,",
        "      log group or env file is wrong or absent",
    ] == lines[:4]
    assert 1 == lines.count("In every subnet and step as checkout, above.")
    assert [] == [line for line in lines if len(line) > 80 and " " in line.strip()]
