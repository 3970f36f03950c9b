"""The containers of one task: started in the order of ``dependsOn``, ended when an essential one ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from probe.lab.chamber import CannotStartError
from probe.lab.fargate import health
from probe.lab.fargate.ledger import Ledger
from probe.lab.fargate.runtime import Running
from probe.lab.fargate.tasks import Container, runtime_id

START_TIMEOUT = 180.0
STOP_TIMEOUT = 30.0
_CANNOT_START = (
    "CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: "
    "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container "
    "process: {why}: unknown"
)


@dataclass(frozen=True, kw_only=True)
class Crew:
    """What is needed to run the containers of one task.

    ``definitions`` are the container definitions in the definition's order; ``start`` starts one by its
    definition, in the right network namespace whatever the thread; ``pace`` is how much faster than
    Fargate's its time goes.
    """

    task_id: str
    ledger: Ledger
    definitions: tuple[Mapping[str, Any], ...]
    start: Callable[[Mapping[str, Any]], Running]
    pace: float = 1.0


def work(crew: Crew) -> None:
    """Run the task to its end: every container stopped, the stop's cause in the ledger."""
    running: dict[str, Running] = {}
    deadlines = {one["name"]: _dependency_deadline(crew, one) for one in crew.definitions}
    while not _over(crew):
        seen = _states(crew)
        for definition in crew.definitions:
            if _status(crew, definition["name"]).status == "PENDING":
                _consider(crew, definition, running, deadlines[definition["name"]])
        crew.ledger.wait(lambda: _states(crew) != seen or _over(crew), _next_deadline(deadlines))  # noqa: B023
    _stop_all(crew, running)


def _states(crew: Crew) -> tuple[str, ...]:
    return tuple(f"{one.status} {one.healthy}" for one in crew.ledger.task(crew.task_id).containers)


def _status(crew: Crew, name: str) -> Container:
    return next(one for one in crew.ledger.task(crew.task_id).containers if one.name == name)


def _over(crew: Crew) -> bool:
    task = crew.ledger.task(crew.task_id)
    return task.desired == "STOPPED" or all(one.status == "STOPPED" for one in task.containers)


def _dependency_deadline(crew: Crew, definition: Mapping[str, Any]) -> float:
    """When a container gives up on what it depends on: the dependency's own ``startTimeout``."""
    by_name = {one["name"]: one for one in crew.definitions}
    waits = [
        float(by_name[one["containerName"]].get("startTimeout") or START_TIMEOUT)
        for one in definition.get("dependsOn") or ()
    ]
    return time.monotonic() + min(waits, default=START_TIMEOUT)


def _next_deadline(deadlines: Mapping[str, float]) -> float:
    return max(
        0.05, min([one - time.monotonic() for one in deadlines.values() if one > time.monotonic()] or [60.0])
    )


def _consider(
    crew: Crew, definition: Mapping[str, Any], running: dict[str, Running], deadline: float
) -> None:
    """Start one container if what it depends on allows; give up on it if that can never be."""
    name, conditions = definition["name"], definition.get("dependsOn") or ()
    states = {
        one["containerName"]: _met(one["condition"], _status(crew, one["containerName"]))
        for one in conditions
    }
    late = time.monotonic() > deadline
    hopeless = [
        _obstacle(name, dependency, timed_out=met is None)
        for dependency, met in states.items()
        if met is False or (met is None and late)
    ]
    if hopeless:
        _give_up(crew, definition, hopeless[0])
    elif all(states.values()):
        _launch(crew, definition, running)


def _obstacle(name: str, dependency: str, *, timed_out: bool) -> str:
    """Why a container is given up on, in the agent's words."""
    if timed_out:
        why = f"container ordering dependency [{dependency}] for target [{name}] has timed out."
    else:
        why = (
            f"failed to resolve container ordering dependency [{dependency}] for target [{name}] as "
            "dependency did not exit successfully."
        )
    return f"dependency graph: {why}"


def _met(condition: str, dependency: Container) -> bool | None:
    """Whether a dependency's condition holds; ``None`` when it may hold later."""
    match condition, dependency.status:
        case "START", "RUNNING":
            return True
        case "HEALTHY", "RUNNING":
            return True if dependency.healthy == health.HEALTHY else None
        case "START" | "COMPLETE", "STOPPED":
            return dependency.exit_code is not None
        case "SUCCESS", "STOPPED":
            return dependency.exit_code == 0
        case "HEALTHY", "STOPPED":
            return False
        case _:
            return None


def _launch(crew: Crew, definition: Mapping[str, Any], running: dict[str, Running]) -> None:
    name = definition["name"]
    try:
        started = crew.start(definition)
    except CannotStartError as error:
        _give_up(crew, definition, _CANNOT_START.format(why=error))
        return
    running[name] = started
    crew.ledger.set_container(crew.task_id, name, status="RUNNING", runtime_id=runtime_id(crew.task_id, name))
    _report_running(crew)
    threading.Thread(target=_watch, args=(crew, definition, started), daemon=True).start()
    check = health.of(definition, crew.pace)
    if check is not None:
        threading.Thread(target=_check, args=(crew, definition, check, started), daemon=True).start()


def _report_running(crew: Crew) -> None:
    """A task is RUNNING when none of its containers waits any more: the last ones started are what counts."""
    if not any(one.status == "PENDING" for one in crew.ledger.task(crew.task_id).containers):
        crew.ledger.advance(crew.task_id, "RUNNING", "startedAt")


def _watch(crew: Crew, definition: Mapping[str, Any], started: Running) -> None:
    code = started.wait()
    if definition.get("essential", True):
        # First the cause, then the end: a task whose containers have all ended is over.
        crew.ledger.order_stop(crew.task_id, "EssentialContainerExited", "Essential container in task exited")
    crew.ledger.set_container(crew.task_id, definition["name"], status="STOPPED", exit_code=code)


def _check(crew: Crew, definition: Mapping[str, Any], check: health.Check, started: Running) -> None:
    """Follow a container's health; a service's task goes with an essential container that has lost it."""
    name = definition["name"]

    def ended(timeout: float) -> bool:
        return crew.ledger.wait(lambda: _status(crew, name).status == "STOPPED", timeout)

    def tell(status: str) -> None:
        crew.ledger.set_container(crew.task_id, name, healthy=status)
        served = crew.ledger.task(crew.task_id).order.service and definition.get("essential", True)
        if status == health.UNHEALTHY and served:
            crew.ledger.order_stop(crew.task_id, "ServiceSchedulerInitiated", health.FAILED)

    health.follow(check, started, ended, tell)


def _give_up(crew: Crew, definition: Mapping[str, Any], reason: str) -> None:
    """A container that never runs has no exit code, and takes the task along when it is essential."""
    crew.ledger.set_container(crew.task_id, definition["name"], status="STOPPED", reason=reason)
    if definition.get("essential", True):
        crew.ledger.order_stop(crew.task_id, "TaskFailedToStart", reason)


def _stop_all(crew: Crew, running: Mapping[str, Running]) -> None:
    """SIGTERM to all that still run, SIGKILL after each one's ``stopTimeout``."""
    for one in running.values():
        one.terminate()
    began = time.monotonic()
    patience = {one["name"]: float(one.get("stopTimeout") or STOP_TIMEOUT) for one in crew.definitions}
    for name in sorted(running, key=lambda each: patience[each]):
        left = patience[name] - (time.monotonic() - began)
        if not crew.ledger.wait(lambda: _status(crew, name).status == "STOPPED", max(left, 0)):  # noqa: B023
            running[name].kill()
    crew.ledger.wait(lambda: all(_status(crew, name).status == "STOPPED" for name in running))
    _mark_the_rest(crew)


def _mark_the_rest(crew: Crew) -> None:
    for definition in crew.definitions:
        if _status(crew, definition["name"]).status != "STOPPED":
            crew.ledger.set_container(crew.task_id, definition["name"], status="STOPPED")
