"""The carriers side by side: which of them start, and whose answer counts."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from probe.launch import package, rungs
from probe.launch.merging import MEASURED
from probe.launch.rungs import pull_is_broken
from probe.launch.wishes import Carrier, Wish
from probe.model import Outcome, Plan, Run, Stop, Work
from tests.builders.cases import IMAGE, case, spec
from tests.builders.vpcs import private_vpc
from tests.launch.fake_ecs import CODES, Ecs, state
from tests.launch.fake_lambda import Lambda

DIAL = "dial tcp 10.0.1.4:443: i/o timeout"
REFUSED_TOKEN = (
    "ResourceInitializationError: unable to pull secrets or registry auth: unable to get registry auth from "
    "Amazon ECR: RequestError: send request failed caused by: Post https://api.ecr.us-east-1.amazonaws.com/: "
    f"{DIAL}"
)
NO_LAYER = f"CannotPullContainerError: failed to copy: httpReadSeeker: failed open: {DIAL}"
NO_IMAGE = f"CannotPullContainerError: {IMAGE}: not found"
DONE = state("DEPROVISIONING", CODES)
STOPPED = state("STOPPED", stoppedReason=REFUSED_TOKEN)


class Session:
    """A session whose clients are the fakes."""

    def __init__(self, ecs: Ecs, functions: Lambda) -> None:
        self._clients = {"ecs": ecs, "lambda": functions, "logs": functions}

    def client(self, name: str, **_: Any) -> Any:
        return self._clients[name]


@pytest.fixture(autouse=True)
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package for the function."""
    with zipfile.ZipFile(tmp_path / "f.zip", "w") as opened:
        opened.writestr("function.json", '{"runtime": "python3.13", "architecture": "x86_64"}')
    monkeypatch.setenv(package.VARIABLE, str(tmp_path / "f.zip"))


def measured(
    ecs: Ecs, functions: Lambda, *, stops: tuple[Stop, ...] = (), role: str | None = "r", **wish: Any
) -> Outcome:
    """What a run in one subnet comes to."""
    work = Work(run="r", subnet="subnet-a", region="us-east-1", targets=())
    network = {"awsvpcConfiguration": {"subnets": ["subnet-a"]}}
    run = Run(subnet="subnet-a", work=work, request={"cluster": "prod", "networkConfiguration": network})
    (found,) = rungs.measure(
        Session(ecs, functions),
        case(private_vpc(), spec=spec(subnets=("subnet-a",), stops=stops)),
        Plan(run="r", definition={"family": "run-probe"}, runs=(run,)),
        Wish(image=IMAGE, function_role=role, **wish),
        lambda _: None,
    )
    return found


def test_a_probe_that_could_not_start_is_joined_by_a_function() -> None:
    """The stop reason and the function's answer are one outcome."""
    functions = Lambda()
    found = measured(Ecs({"subnet-a": [STOPPED]}), functions)
    assert (REFUSED_TOKEN, True, 1, set()) == (
        found.stop_reason,
        found.beside == MEASURED,
        len(functions.requests),
        functions.left,
    )


def test_stop_reasons_of_the_service_start_it_at_once_and_a_probe_that_ran_dismisses_it() -> None:
    """The probe knows more: its function is taken away unheard."""
    functions = Lambda(silent=True)
    waits = [state("PENDING"), state("PENDING"), DONE]
    found = measured(Ecs({"subnet-a": waits}), functions, stops=(Stop(task="t", reason=NO_LAYER),))
    assert ("the probe ran", None, 1, set()) == (
        found.ended,
        found.beside,
        len(functions.requests),
        functions.left,
    )


@pytest.mark.parametrize(
    ("script", "wish"),
    [([DONE], {}), ([STOPPED], {"carrier": Carrier.FARGATE}), ([STOPPED], {"role": None})],
    ids=["the-probe-ran", "fargate-alone", "no-role"],
)
def test_no_function_is_made_without_need_or_leave(
    script: list[dict[str, Any]], wish: dict[str, Any]
) -> None:
    """A probe that ran needs none; ``--carrier fargate`` and a missing role allow none."""
    functions = Lambda()
    measured(Ecs({"subnet-a": script}), functions, **wish)
    assert functions.requests == []


def test_a_function_alone_starts_no_task() -> None:
    """For people who may not run tasks."""
    refusing = Ecs({}, errors={"register_task_definition": AssertionError("a task was started")})
    found = measured(refusing, Lambda(), carrier=Carrier.FUNCTION)
    assert ("no probe was started", MEASURED) == (found.ended, found.beside)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (REFUSED_TOKEN, True),
        (NO_LAYER, True),
        (NO_IMAGE, False),
        ("Essential container in task exited", False),
    ],
    ids=["registry-auth", "layer", "no-such-image", "ended-by-itself"],
)
def test_a_way_to_the_images_that_is_shut_starts_them(reason: str, expected: bool) -> None:  # noqa: FBT001  a column
    """A wrong image, or an application that ends, gives no reason to."""
    assert expected is pull_is_broken([Stop(task="task/1", reason=reason)])
