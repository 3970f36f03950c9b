"""Tasks and task definitions of the family ``run-probe`` that have a run's tag."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from probe.launch.leftovers.things import Found, Leftover, looking, run_of
from probe.plan.requests import FAMILY

_REASON = "run-probe cleanup"
_BATCH = 100


def tasks(session: Any, cluster: str | None) -> Iterator[Found]:
    """The tasks that are not being stopped already, in one cluster or in every one of the region."""
    ecs = session.client("ecs")
    if cluster is not None:
        yield from _in_cluster(ecs, cluster)
    else:
        what = "tasks in every cluster (--cluster names one)"
        yield from looking(what, "ecs:ListClusters", _in_clusters(ecs))


def definitions(session: Any) -> Iterator[Found]:
    """The family's revisions that were not deleted yet; those that were deregistered start nothing more.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/delete-task-definition-v2.html
    """
    ecs = session.client("ecs")
    for status in ("INACTIVE", "ACTIVE"):
        yield from looking("task definitions", "ecs:ListTaskDefinitions", _definitions(ecs, status))


def _in_clusters(ecs: Any) -> Iterator[Found]:
    for arn in _pages(ecs, "list_clusters", "clusterArns"):
        yield from _in_cluster(ecs, arn)


def _in_cluster(ecs: Any, cluster: str) -> Iterator[Found]:
    yield from looking(f"tasks in {cluster}", "ecs:ListTasks", _tasks(ecs, cluster))


def _tasks(ecs: Any, cluster: str) -> Iterator[Leftover]:
    arns = _pages(ecs, "list_tasks", "taskArns", cluster=cluster, family=FAMILY)
    for start in range(0, len(arns), _BATCH):
        batch = arns[start : start + _BATCH]
        for task in ecs.describe_tasks(cluster=cluster, tasks=batch, include=["TAGS"])["tasks"]:
            run = run_of(task.get("tags", []))
            if run is not None:
                yield Leftover(
                    kind="task",
                    name=task["taskArn"],
                    run=run,
                    made=task.get("createdAt"),
                    action="ecs:StopTask",
                    remove=partial(_stop, ecs, cluster, task["taskArn"]),
                )


def _stop(ecs: Any, cluster: str, task: str) -> str:
    ecs.stop_task(cluster=cluster, task=task, reason=_REASON)
    return "told to stop"


def _definitions(ecs: Any, status: str) -> Iterator[Found]:
    asked = {"familyPrefix": FAMILY, "status": status}
    for arn in _pages(ecs, "list_task_definitions", "taskDefinitionArns", **asked):
        if arn.rpartition("/")[2].partition(":")[0] == FAMILY:
            what, action = "a task definition's tags", "ecs:DescribeTaskDefinition"
            yield from looking(what, action, _definition(ecs, arn, status), arn)


def _definition(ecs: Any, arn: str, status: str) -> Iterator[Leftover]:
    found = ecs.describe_task_definition(taskDefinition=arn, include=["TAGS"])
    run = run_of(found.get("tags", []))
    if run is not None:
        yield Leftover(
            kind="task definition",
            name=arn,
            run=run,
            made=found["taskDefinition"].get("registeredAt"),
            action="ecs:DeregisterTaskDefinition" if status == "ACTIVE" else "ecs:DeleteTaskDefinitions",
            remove=partial(_deregister if status == "ACTIVE" else _delete, ecs, arn),
        )


def _deregister(ecs: Any, arn: str) -> str:
    ecs.deregister_task_definition(taskDefinition=arn)
    return _delete(ecs, arn)


def _delete(ecs: Any, arn: str) -> str:
    ecs.delete_task_definitions(taskDefinitions=[arn])
    return ""


def _pages(ecs: Any, operation: str, key: str, **arguments: Any) -> list[str]:
    return [arn for page in ecs.get_paginator(operation).paginate(**arguments) for arn in page[key]]
