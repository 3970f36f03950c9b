"""Containers start in the order of dependsOn, and a task ends as its essential container does."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from probe.lab.fargate import crew, health
from probe.lab.fargate.ledger import Ledger
from probe.lab.fargate.tasks import Order, Task, as_json
from tests.lab.fargate.troupe import Troupe

LIMIT = 5.0


def container(name: str, *, essential: bool = False, **fields: Any) -> dict[str, Any]:
    needs = {key: fields.pop(key) for key in ("complete", "success", "start", "healthy") if key in fields}
    depends = [
        {"containerName": one, "condition": condition.upper()}
        for condition, names in needs.items()
        for one in names
    ]
    return {"name": name, "image": "app", "essential": essential, "dependsOn": depends, **fields}


PROBE = (
    container("probe", startTimeout=120),
    container("s3", complete=["probe"]),
    container("verdict", essential=True, complete=["probe", "s3"]),
)


class Play:
    """A task with these containers, and the troupe that plays it."""

    def __init__(self, troupe: Troupe, *definitions: dict[str, Any], service: str = "") -> None:
        self.ledger, self.troupe = Ledger(), troupe
        order = Order(
            cluster_arn="arn:aws:ecs:us-east-1:123456789012:cluster/prod",
            definition={"containerDefinitions": definitions, "taskDefinitionArn": "-"},
            subnets=("subnet-1",),
            groups=(),
            public=False,
            overrides={},
            group="family:x",
            service=service,
        )
        self.task_id = self.ledger.open(order).id
        self._crew = crew.Crew(
            task_id=self.task_id,
            ledger=self.ledger,
            definitions=definitions,
            start=troupe.start,
            pace=1000,
        )
        self._thread = threading.Thread(target=crew.work, args=(self._crew,), daemon=True)

    def begin(self) -> None:
        self._thread.start()

    def finish(self) -> Task:
        self._thread.join(LIMIT)
        assert not self._thread.is_alive()
        return self.now()

    def now(self) -> Task:
        task = self.ledger.get(self.task_id)
        assert task is not None
        return task

    def codes(self) -> dict[str, int | None]:
        return {one.name: one.exit_code for one in self.now().containers}


def played(troupe: Troupe, *definitions: dict[str, Any]) -> Play:
    play = Play(troupe, *definitions)
    play.begin()
    play.finish()
    return play


def test_reporters_follow_the_probe_and_the_verdict_comes_last() -> None:
    """COMPLETE waits for the end of what it names, whatever its code, and every code is kept."""
    play = played(Troupe({"probe": 1, "s3": 12, "verdict": 12}), *PROBE)
    assert ["probe", "s3", "verdict"] == play.troupe.entered
    assert {"probe": 1, "s3": 12, "verdict": 12} == play.codes()


def test_an_essential_end_stops_the_task() -> None:
    """What still runs is told to stop; what waits never runs and has no code."""
    play = played(
        Troupe({"app": 3}),
        container("app", essential=True),
        container("side"),
        container("late", complete=["side"]),
    )
    assert {"app": 3, "side": 143, "late": None} == play.codes()
    assert ("EssentialContainerExited", "Essential container in task exited") == (
        play.now().stop_code,
        play.now().stopped_reason,
    )


def test_a_task_is_never_over_without_its_cause() -> None:
    """When the last container has ended, why the task stops is known already."""
    plays = [played(Troupe({"app": 0}), container("app", essential=True)) for _ in range(40)]
    assert {"EssentialContainerExited"} == {play.now().stop_code for play in plays}


def test_a_container_that_cannot_start_has_a_reason_and_no_code() -> None:
    """When it is essential the task fails to start, with the same reason."""
    play = played(Troupe(absent=frozenset({"app"})), container("app", essential=True))
    only = play.now().containers[0]
    assert (None, "TaskFailedToStart") == (only.exit_code, play.now().stop_code)
    assert only.reason == play.now().stopped_reason
    assert 'exec: "app": executable file not found in $PATH' in only.reason


def test_success_is_not_had_of_a_failure() -> None:
    """What depends on SUCCESS of a container that fails never starts, and takes the task along."""
    play = played(
        Troupe({"migrate": 1}), container("migrate"), container("app", essential=True, success=["migrate"])
    )
    assert ["migrate"] == play.troupe.entered
    assert "as dependency did not exit successfully" in play.now().stopped_reason


def test_a_dependency_that_takes_too_long_is_given_up_on() -> None:
    """The start timeout is the dependency's own."""
    play = played(
        Troupe(), container("slow", startTimeout=0.1), container("app", essential=True, complete=["slow"])
    )
    assert "container ordering dependency [slow] for target [app] has timed out" in play.now().stopped_reason
    assert {"slow": 143, "app": None} == play.codes()


@pytest.mark.parametrize(("deaf", "code"), [(False, 143), (True, 137)], ids=["hears", "ignores"])
def test_a_stopped_task_gets_sigterm_and_then_sigkill(*, deaf: bool, code: int) -> None:
    """The container's stop timeout lies between them; the reason is the user's."""
    troupe = Troupe(deaf=frozenset({"app"}) if deaf else frozenset())
    play = Play(troupe, container("app", essential=True, stopTimeout=0.1))
    play.begin()
    play.ledger.wait(lambda: play.now().containers[0].status == "RUNNING", LIMIT)
    play.ledger.order_stop(play.task_id, "UserInitiated", "enough")
    play.finish()
    assert {"app": code} == play.codes()
    assert ("UserInitiated", "enough") == (play.now().stop_code, play.now().stopped_reason)


def test_a_task_runs_when_nothing_waits_any_more() -> None:
    """Until its last container has started it is still PENDING."""
    play = Play(Troupe(), container("probe"), container("verdict", essential=True, complete=["probe"]))
    play.begin()
    play.ledger.wait(lambda: play.now().containers[0].status == "RUNNING", LIMIT)
    before = play.now().status
    play.ledger.order_stop(play.task_id, "UserInitiated", "enough")
    play.finish()
    both = played(Troupe({"app": 0}), container("app", essential=True))
    assert ("PROVISIONING", "RUNNING") == (before, both.now().status)


CHECKED: dict[str, Any] = {"healthCheck": {"command": ["CMD-SHELL", "true"]}}


def test_healthy_waits_for_the_check() -> None:
    """What depends on a healthy container starts when its check has passed, and DescribeTasks says so."""
    troupe = Troupe({"late": 0}, checks={"database": [1, 0]})
    play = Play(
        troupe, container("database", **CHECKED), container("late", essential=True, healthy=["database"])
    )
    play.begin()
    play.finish()
    assert (["database", "late"], ["HEALTHY", "UNKNOWN"]) == (
        troupe.entered,
        [one["healthStatus"] for one in as_json(play.now())["containers"]],
    )


def test_an_unhealthy_container_takes_a_services_task_along() -> None:
    """After three failures in a row; a task of nobody's would run on."""
    troupe = Troupe(checks={"app": [1]})
    play = Play(troupe, container("app", essential=True, **CHECKED), service="checkout")
    play.begin()
    told = play.finish()
    assert ("Task failed container health checks", "UNHEALTHY") == (
        told.stopped_reason,
        as_json(told)["healthStatus"],
    )


CHECKS: dict[str, tuple[dict[str, Any], tuple[tuple[str, ...], float, int] | None]] = {
    "shell": (
        {"command": ["CMD-SHELL", "curl -f localhost"]},
        (("/bin/sh", "-c", "curl -f localhost"), 5.0, 3),
    ),
    "words": ({"command": ["CMD", "wget", "x"], "timeout": 2, "retries": 1}, (("wget", "x"), 2.0, 1)),
    "none": ({"command": ["NONE"]}, None),
    "absent": ({}, None),
}


@pytest.mark.parametrize(("written", "expected"), CHECKS.values(), ids=CHECKS)
def test_a_health_check_is_read_with_ecss_defaults(
    written: dict[str, Any], expected: tuple[tuple[str, ...], float, int] | None
) -> None:
    """Five seconds, three times; a shell's line or words."""
    check = health.of({"healthCheck": written}, 1.0)
    assert expected == (None if check is None else (check.argv, check.timeout, check.retries))
