"""What runs that were killed left in an account: tasks and task definitions of the family ``run-probe``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from probe.launch.refusals import asking
from probe.plan.requests import FAMILY

_REASON = "run-probe cleanup"


def remove(session: Any, *, cluster: str | None, dry_run: bool) -> Iterator[str]:
    """Remove everything that is left, a line for each; ``dry_run`` only says it."""
    ecs = session.client("ecs")
    with asking("cannot clean up", "ecs:ListTasks"):
        for name in [cluster] if cluster else _pages(ecs, "list_clusters", "clusterArns"):
            yield from _tasks(ecs, name, dry_run=dry_run)
        for arn in _pages(ecs, "list_task_definitions", "taskDefinitionArns", familyPrefix=FAMILY):
            if arn.rpartition("/")[2].partition(":")[0] == FAMILY:
                yield f"task definition {arn}"
                if not dry_run:
                    ecs.deregister_task_definition(taskDefinition=arn)


def _tasks(ecs: Any, cluster: str, *, dry_run: bool) -> Iterator[str]:
    for task in _pages(ecs, "list_tasks", "taskArns", cluster=cluster, family=FAMILY):
        yield f"task {task}"
        if not dry_run:
            ecs.stop_task(cluster=cluster, task=task, reason=_REASON)


def _pages(ecs: Any, operation: str, key: str, **arguments: Any) -> list[str]:
    return [arn for page in ecs.get_paginator(operation).paginate(**arguments) for arn in page[key]]
