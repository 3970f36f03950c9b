"""docs/iam.md asks for what each mode needs: with exactly that it works, and without a part it says which."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from probe.lab.scenario import load
from probe.launch.carriers import role
from tests.lab.catalogue import ROOT, Rehearsal, play
from tests.lab.rights import EXPLAINING, MODES, STATEMENTS, actions_of

pytestmark = pytest.mark.lab

DEADLINE = 480.0
"""Seconds for some seventy runs; they take two minutes on two cores that do nothing else."""
DEPRIVED = [(name, action) for name, mode in MODES.items() for action in mode.actions()]
MEASURED = [
    (name, action)
    for name, action in DEPRIVED
    if name in {"launching", "explaining"} and action not in {*MODES[name].without, "logs:GetLogEvents"}
]
REFUSED = re.compile(r"not authorized to perform|is denied|could not")


@pytest.fixture(scope="module")
def runs() -> Rehearsal:
    """One lab, in which every mode is used with its whole policy and without each of its actions."""
    return play(load(ROOT / "tests/lab/rights_scenario.py"), "deprivation.py", deadline=DEADLINE)


def unread(report: dict[str, Any]) -> dict[str, str]:
    """The action of each part that could not be read, and on what."""
    return {part["action"]: part["resource"] for part in report["snapshot_denied"]}


def measured(report: dict[str, Any]) -> list[tuple[str, ...]]:
    """What the packets said: every cell of the matrix without its explanation."""
    keys = ("subnet", "target", "layer", "status")
    return [tuple(cell[key] for key in keys) for cell in report["matrix"]]


@pytest.mark.parametrize("name", [name for name in MODES if MODES[name].arguments[0] != "cleanup"])
def test_a_modes_policy_is_enough(runs: Rehearsal, name: str) -> None:
    """It ends as for an administrator, and misses nothing but what the mode goes without on purpose."""
    mode, report = MODES[name], runs.report(name)
    allowed = set(actions_of(sid for sid in ("ReadTheNetwork", *EXPLAINING) if sid not in mode.sids))
    assert (mode.code, set()) == (runs.act(name)["exit_code"], set(unread(report)) - allowed)
    assert None is REFUSED.search(runs.act(name)["stderr"])


@pytest.mark.parametrize("name", ["finding", "removing"])
def test_cleanups_policy_is_enough(runs: Rehearsal, name: str) -> None:
    """Every kind of thing is found, or taken away; what AWS releases late is all that can be left."""
    act = runs.act(name)
    fates = {"finding": "would remove", "removing": "removed"}
    kinds = ("task", "task definition", "function", "role", "log stream", "log group")
    missing = [kind for kind in kinds if f"{fates[name]}: {kind} " not in act["stdout"]]
    assert (MODES[name].code, []) == (act["exit_code"], missing)
    assert None is REFUSED.search(act["stdout"] + act["stderr"])


@pytest.mark.parametrize(("name", "action"), DEPRIVED)
def test_a_missing_action_is_named(runs: Rehearsal, name: str, action: str) -> None:
    """With the resource, in the report or beside it; it ends as it does with it where it can do without."""
    act = runs.act(f"{name} {action}")
    assert MODES[name].without.get(action, MODES[name].code) == act["exit_code"]
    said = act["stdout"] + act["stderr"]
    pattern = rf"perform: {action} on resource: \S+|{action} on \S+ is denied"
    reported = unread(runs.report(f"{name} {action}")).get(action) if act["stdout"].startswith("{") else None
    assert reported or re.search(pattern, said), said
    assert "Traceback" not in said


@pytest.mark.parametrize(("name", "action"), [*MEASURED, ("blind", "")])
def test_without_a_right_the_measured_verdict_stands(runs: Rehearsal, name: str, action: str) -> None:
    """What packets said is the same, and so is what it means, whatever configuration may not be read."""
    report, whole = runs.report(f"{name} {action}".strip()), runs.report("explaining")
    codes = [[finding["code"] for finding in one["findings"]] for one in (report, whole)]
    assert measured(report) == measured(whole)
    assert codes[0] == codes[1]


def test_without_the_log_exit_codes_tell(runs: Rehearsal) -> None:
    """The layer is the same, and the report says why it knows no more."""
    report = runs.report("launching logs:GetLogEvents")
    (run,) = report["runs"]
    assert (15, True) == (report["exit_code"], "its log could not be read: logs:GetLogEvents" in run["ended"])
    assert {"exit-code"} == {one["road"] for one in run["observations"]}


def test_the_functions_answer_needs_no_right_to_ecs_tasks(runs: Rehearsal) -> None:
    """Where RunTask is not allowed, the function measures all the same."""
    (run,) = runs.report("by-function")["runs"]
    assert {"function"} == {one["road"] for one in run["observations"]}


def test_the_roles_own_policy_is_what_a_made_role_gets() -> None:
    """The page and the request say the same."""
    made = json.loads(role.requests("r")["PutRolePolicy"]["PolicyDocument"])["Statement"]
    page = STATEMENTS["OfTheRoleItself"]
    assert [{key: value for key, value in page.items() if key != "Sid"}] == made


def test_every_statement_is_tried() -> None:
    """No policy of the page is left out of the rows above, nor any action."""
    tried = {action for _, action in DEPRIVED}
    assert set() == set(actions_of()) - tried
