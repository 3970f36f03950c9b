"""Where the probe cannot start, a function tells the rest; where it cannot either, it says why."""

from __future__ import annotations

import json
from typing import Any

import pytest

from probe.lab.scenario import load
from tests.lab.catalogue import ROOT, SCENARIOS, Rehearsal, like, play

pytestmark = pytest.mark.lab

FAULTS = (
    "endpoint_sg_blocks_ingress",
    "nacl_blocks_reply",
    "no_route_to_internet",
    "s3_gateway_not_associated",
    "task_sg_blocks_egress",
)
NO_PROBE = "the probe could not start"
NO_FUNCTION = "no function measured here"


def silent(report: dict[str, Any]) -> list[str]:
    """The subnets in which the Fargate probe did not run."""
    return [run["subnet"] for run in report["runs"] if NO_PROBE in run["ended"]]


def statuses(report: dict[str, Any], *layers: str) -> set[str]:
    """The words in the cells of these layers, where the probe did not run."""
    where = silent(report)
    return {
        cell["status"] for cell in report["matrix"] if cell["layer"] in layers and cell["subnet"] in where
    }


@pytest.mark.parametrize("scenario", FAULTS)
def test_the_whole_network_is_measured_though_no_probe_starts(scenario: str, rehearsal: Rehearsal) -> None:
    """No cell is *no report*: a function has answered from DNS to HTTP, and calls are skips."""
    report = rehearsal.report()
    assert silent(report) != []
    assert "no-report" not in statuses(report, "dns", "tcp", "tls", "http", "call")
    confidences = {finding["confidence"] for finding in report["findings"]}
    assert confidences <= {"measured", "corroborated"}, scenario


@pytest.mark.parametrize("scenario", FAULTS)
def test_each_cell_says_which_road_it_is_known_by(scenario: str, rehearsal: Rehearsal) -> None:
    """The function's, alone or beside the stop reason of the task that did not start."""
    report = rehearsal.report()
    where = silent(report)
    roads = {
        tuple(cell["roads"])
        for cell in report["matrix"]
        if cell["subnet"] in where and cell["layer"] == "tcp"
    }
    assert roads <= {("function",), ("function", "stop-reason")}
    assert ("function",) in roads, scenario


@pytest.mark.parametrize("scenario", ["no_public_ip"])
def test_a_function_is_no_witness_where_public_addresses_matter(scenario: str, rehearsal: Rehearsal) -> None:
    """None is started, and how each subnet's run ended says why."""
    report, said = rehearsal.report(), rehearsal.act("first")["stderr"]
    ended = [run["beside"] for run in report["runs"]]
    assert [True] * len(ended) == ["a function never has a public address" in one for one in ended], scenario
    assert "a function is being made" not in said


@pytest.mark.parametrize("scenario", ["healthy_private"])
def test_a_healthy_run_needs_no_function(scenario: str, rehearsal: Rehearsal) -> None:
    """The Fargate probes answered completely."""
    assert (0, False) == (
        rehearsal.act("first")["exit_code"],
        "function" in json.dumps(rehearsal.report()["runs"]),
    ), scenario


def test_a_task_that_stays_pending_is_overtaken_by_a_function() -> None:
    """Long before ECS gives a reason, the function has measured what is broken; each answer is a line."""
    scenario = load(ROOT / "tests/lab/stall_scenario.py")
    played = play(scenario, "once.py", *like(scenario))
    (run,), said = played.report("first")["runs"], played.act("first")["stderr"]
    answered = said.find("the function answered: broken: ecr.api (tcp)")
    assert 0 < said.find("the probe is pending") < said.find("a function is being made") < answered
    assert answered < said.find("the probe could not start")
    assert "a function in the same subnet measured from DNS to HTTP" == run["beside"]
    assert 12 == played.act("first")["exit_code"]


@pytest.fixture(scope="module")
def alone() -> Rehearsal:
    """One lab with one fault, told by fewer and fewer carriers."""
    scenario = SCENARIOS["endpoint_sg_blocks_ingress"]
    return play(scenario, "solitude.py", *like(scenario))


@pytest.mark.parametrize("act", ["no-lambda", "no-run-task", "no-role", "own-role", "function", "fargate"])
def test_the_remaining_rungs_give_the_same_verdict(alone: Rehearsal, act: str) -> None:
    """Exit code and finding are the same whichever carrier is missing; nothing is left."""
    told = alone.act(act)
    codes = [finding["code"] for finding in told["findings"]]
    assert (12, ["endpoint-sg-blocks-ingress"], []) == (told["exit_code"], codes, told["left"])


def test_without_any_carrier_there_are_hypotheses(alone: Rehearsal) -> None:
    """What stopped tasks said and what the configuration shows, in the report, and no more than inferred."""
    report = alone.report("none")
    found = [(one["code"], one["confidence"], one["roads"]) for one in report["findings"]]
    assert (20, [("endpoint-sg-blocks-ingress", "inferred", [])]) == (report["exit_code"], found)
    assert ["network-timeout" in line for line in report["hypotheses"]] == [True]


def test_fargate_alone_makes_no_function(alone: Rehearsal) -> None:
    """``--carrier fargate`` is as it was before there were any."""
    assert "function" not in alone.act("fargate")["stderr"]


@pytest.mark.parametrize(
    ("act", "words"),
    [
        ("no-lambda", (NO_FUNCTION, "lambda:CreateFunction", "function:run-probe-", "is denied")),
        ("no-run-task", ("ecs:RunTask", "is denied", "a function in the same subnet measured")),
        ("no-role", (NO_FUNCTION, "--function-role", "--create-function-role")),
        ("own-role", ("a function in the same subnet measured",)),
        ("function", ("no probe was started", "a function in the same subnet measured")),
    ],
)
def test_a_rung_that_is_missing_says_what_it_lacks(
    alone: Rehearsal, act: str, words: tuple[str, ...]
) -> None:
    """The action and the resource that were denied, or the option that was not given."""
    ended = [f"{run['ended']}; {run['beside']}" for run in alone.report(act)["runs"]]
    assert [[]] * len(ended) == [[word for word in words if word not in one] for one in ended]
