"""Stopped tasks as ECS shows them for about an hour: reasons, codes and what they were attached to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from probe.launch.refusals import FAILURES, in_one_line
from probe.launch.telling import Tell
from probe.model import Stop

_BATCH = 100
_WAITED = "container ordering dependency"


def of_service(ecs: Any, cluster: str, service: str, tell: Tell) -> tuple[Stop, ...]:
    """The stopped tasks of a service, the latest first; none, with a word to ``tell``, where it is denied."""
    try:
        arns = ecs.list_tasks(cluster=cluster, serviceName=service, desiredStatus="STOPPED")["taskArns"][
            :_BATCH
        ]
        tasks = ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"] if arns else []
    except FAILURES as error:
        tell(f"the service's stopped tasks could not be read: {in_one_line(error)}")
        return ()
    return of_tasks(tasks)


def of_tasks(tasks: Iterable[Mapping[str, Any]]) -> tuple[Stop, ...]:
    """Described tasks as stops, the latest first; those that have no reason say nothing."""
    found = [_stop(task) for task in tasks if task.get("stoppedReason") or _container_reasons(task)]
    return tuple(sorted(found, key=lambda stop: stop.stopped_at or "", reverse=True))


def attachment(task: Mapping[str, Any], name: str) -> str | None:
    """A detail of a task's network interface: ``subnetId``, ``networkInterfaceId`` and the like."""
    details = (detail for one in task.get("attachments", []) for detail in one.get("details", []))
    return next((detail.get("value") for detail in details if detail.get("name") == name), None)


def reasons(task: Mapping[str, Any]) -> str | None:
    """Everything ECS says of why a task stopped: its own reason, and its containers' where they add to it.

    That a container waited for another says nothing beside why that other failed.
    """
    told = list(filter(None, [str(task.get("stoppedReason") or ""), *_container_reasons(task)]))
    telling = [one for one in told if _WAITED not in one.casefold()] or told
    return "; ".join(dict.fromkeys(telling)) or None


def _stop(task: Mapping[str, Any]) -> Stop:
    at = task.get("stoppedAt")
    return Stop(
        task=str(task["taskArn"]),
        reason=str(task.get("stoppedReason") or ""),
        code=task.get("stopCode"),
        stopped_at=None if at is None else at.isoformat(),
        container_reasons=_container_reasons(task),
    )


def _container_reasons(task: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(one["reason"] for one in task.get("containers", []) if one.get("reason"))
