"""The Fargate carrier: one probe task a subnet, started like the service's own, and taken away again.

A task that cannot start is an answer too: its stop reason.  Whatever was made is stopped and deregistered
in ``finally``, also when the operator interrupts; what cannot be is told, with the command that can.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace

from probe.exits import DIED
from probe.launch.carriers.tasks import Tasks, not_started, registered, started
from probe.launch.refusals import asking
from probe.launch.refused import RefusedError
from probe.launch.stops import reasons
from probe.launch.telling import Tell
from probe.model import Outcome, Plan

_BATCH = 100
_FIRST_PAUSE, _GROWTH, _LONGEST_PAUSE = 0.5, 1.2, 1.0
"""Seconds between two looks, each one request for all tasks; ECS lets an account look far more often.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
"""
_LINE = 160
_ENDED = frozenset({"DEPROVISIONING", "STOPPED"})
_PROBE, _VERDICT, _RUNNING = "probe", "verdict", "running"


class Beside:
    """Who measures beside the Fargate carrier; by default nobody does.

    A task that does not run after ``patience`` seconds is late: most run by then.
    """

    patience = 25.0

    def lagging(self, subnets: Iterable[str]) -> None:
        """In these subnets the probe could not start, or has not yet."""

    def answered(self, subnets: Iterable[str]) -> None:
        """In these subnets it ran."""

    def overtaken(self) -> frozenset[str]:
        """Subnets in which a task that does not run yet needs to be waited for no more."""
        return frozenset()


class Watch(NamedTuple):
    """What following the tasks takes besides them."""

    cluster: str
    deadline: float
    tell: Tell
    beside: Beside


def run(
    session: Any, plan: Plan, *, cluster: str, timeout: float, tell: Tell, beside: Beside | None = None
) -> tuple[Outcome, ...]:
    """How the probe ended in each subnet of a plan, in its order, by exit codes and stop reasons.

    Seconds count for everything from the first request; a task that has not ended by then is stopped.
    """
    ecs = session.client("ecs")
    deadline = time.monotonic() + timeout
    try:
        with (
            registered(ecs, plan, tell) as definition,
            started(ecs, plan, definition, tell) as (tasks, refused),
        ):
            ended = _watch(ecs, tasks, Watch(cluster, deadline, tell, beside or Beside()))
    except RefusedError as error:
        return tuple(not_started(run.subnet, error) for run in plan.runs)
    by_subnet = {one.subnet: one for one in (*refused, *ended)}
    return tuple(by_subnet[run.subnet] for run in plan.runs)


def _watch(ecs: Any, tasks: Tasks, watch: Watch) -> Iterable[Outcome]:
    """Follow the tasks until each has ended or the time is up."""
    found: dict[str, Outcome] = {}
    seen: dict[str, str] = {}
    pause, stalled = _FIRST_PAUSE, time.monotonic() + watch.beside.patience
    while len(found) < len(tasks) and time.monotonic() < watch.deadline:
        time.sleep(min(pause, max(0.0, watch.deadline - time.monotonic())))
        pause = min(pause * _GROWTH, _LONGEST_PAUSE)
        waiting = {task: subnet for subnet, task in tasks.items() if subnet not in found}
        try:
            described = _describe(ecs, watch.cluster, list(waiting))
        except RefusedError as error:
            return [found.get(subnet) or not_started(subnet, error) for subnet in tasks]
        for task in described:
            subnet = waiting[task["taskArn"]]
            _progress(subnet, task, seen, watch.tell)
            if _has_ended(task):
                found[subnet] = outcome(subnet, task)
                watch.tell(f"{subnet}: {_short(found[subnet].ended)}")
        _attend(tasks, found, seen, watch.beside, late=time.monotonic() > stalled)
    return [found.get(subnet) or _late(subnet, task, seen) for subnet, task in tasks.items()]


def _attend(
    tasks: Tasks, found: dict[str, Outcome], seen: Mapping[str, str], beside: Beside, *, late: bool
) -> None:
    """Tell who measures beside how the tasks fare, and give up those that were overtaken."""
    beside.answered(subnet for subnet, one in found.items() if ran(one))
    beside.lagging([subnet for subnet, one in found.items() if not ran(one)])
    idle = [subnet for subnet in tasks if subnet not in found and seen.get(subnet) != _RUNNING]
    if late:
        beside.lagging(idle)
    for subnet in beside.overtaken().intersection(idle):
        ended = f"stopped while {_status(subnet, seen)}: a function had found the way to its image broken"
        found[subnet] = Outcome(subnet=subnet, task=tasks[subnet], ended=ended)


def _describe(ecs: Any, cluster: str, tasks: list[str]) -> list[Mapping[str, Any]]:
    """The tasks that ECS shows; one that it does not show yet, or any more, is left out."""
    found: list[Mapping[str, Any]] = []
    for start in range(0, len(tasks), _BATCH):
        batch = tasks[start : start + _BATCH]
        with asking("cannot follow the probe's tasks", "ecs:DescribeTasks", f"task/{cluster}/*"):
            found += ecs.describe_tasks(cluster=cluster, tasks=batch)["tasks"]
    return found


def _has_ended(task: Mapping[str, Any]) -> bool:
    """Whether nothing more will come: exit codes are readable before ECS has taken the interface away."""
    return task.get("lastStatus") in _ENDED or _exit_codes(task).get(_VERDICT) is not None


def outcome(subnet: str, task: Mapping[str, Any]) -> Outcome:
    """An ended task as an outcome without observations; ``ended`` says in a line how it went."""
    reason = reasons(task)
    found = Outcome(
        subnet=subnet,
        az=task.get("availabilityZone"),
        task=task["taskArn"],
        ended=f"the probe could not start: {reason or 'ECS gave no reason'}",
        stop_code=task.get("stopCode"),
        stop_reason=reason,
        exit_codes=_exit_codes(task),
    )
    return replace(found, ended=_how(found.exit_codes.get(_PROBE))) if ran(found) else found


def _how(code: int | None) -> str:
    """What the exit code of the container that measures says of its end."""
    if code is None:
        return "the probe died: its container has no exit code"
    return f"the probe died: its container ended with {code}" if code in DIED else "the probe ran"


def ran(outcome: Outcome) -> bool:
    """Whether any container of the probe's task came to an exit code."""
    return any(code is not None for code in outcome.exit_codes.values())


def _exit_codes(task: Mapping[str, Any]) -> dict[str, int | None]:
    return {container["name"]: container.get("exitCode") for container in task.get("containers", [])}


def _late(subnet: str, task: str, seen: Mapping[str, str]) -> Outcome:
    ended = f"out of time: the probe's task was {_status(subnet, seen)}; it was stopped"
    return Outcome(subnet=subnet, task=task, ended=ended)


def _status(subnet: str, seen: Mapping[str, str]) -> str:
    return seen.get(subnet, "not shown by ECS")


def _short(ended: str) -> str:
    """A line of progress: the report has the whole reason."""
    return ended if len(ended) <= _LINE else f"{ended[:_LINE]} …"


def _progress(subnet: str, task: Mapping[str, Any], seen: dict[str, str], tell: Tell) -> None:
    status = str(task.get("lastStatus", "")).lower()
    if seen.get(subnet) != status:
        seen[subnet] = status
        tell(f"{subnet}: the probe is {status}")
