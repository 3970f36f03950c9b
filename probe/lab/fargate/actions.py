"""The ECS calls about task definitions and tasks, in place of moto's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore import xform_name

from probe.lab.api.errors import ApiError
from probe.lab.fargate import definitions, placement
from probe.lab.fargate.ledger import Ledger
from probe.lab.fargate.tasks import Task, as_json

if TYPE_CHECKING:
    from probe.lab.api.calls import Call, Handler
    from probe.lab.cloud import Cloud

MOST_DESCRIBED = 100

Json = Mapping[str, Any]


def handlers(cloud: Cloud, ledger: Ledger, launch: Callable[[Task], None]) -> dict[tuple[str, str], Handler]:
    """What answers each call; ``launch`` sets a task's life going and returns at once."""
    requests: dict[str, tuple[Json, list[str]]] = {}
    turn = threading.Lock()

    def run(call: Call) -> Json:
        with turn:  # One at a time: a client token that is repeated has to find what it started.
            return _run(cloud, ledger, launch, requests, call)

    return {
        ("ecs", "CreateCluster"): lambda call: _create_cluster(cloud, call),
        ("ecs", "RegisterTaskDefinition"): lambda call: _register(cloud, call),
        ("ecs", "RunTask"): run,
        ("ecs", "StartTask"): lambda call: _start(cloud, call.params),
        ("ecs", "DescribeTasks"): lambda call: _describe(cloud, ledger, call.params),
        ("ecs", "ListTasks"): lambda call: _list(cloud, ledger, call.params),
        ("ecs", "StopTask"): lambda call: _stop(cloud, ledger, call.params),
    }


def _create_cluster(cloud: Cloud, call: Call) -> Json:
    """A name that is taken gives the cluster that has it, as it is; moto would make it anew, and empty."""
    name = str(call.params.get("clusterName") or "default")
    held = cloud.backend("ecs", call.region).clusters.get(name)
    if held is None or held.status != "ACTIVE":
        return call.forward()
    included = ["CONFIGURATIONS", "SETTINGS", "TAGS"]
    shown = cloud.client("ecs", call.region).describe_clusters(clusters=[name], include=included)
    return {"cluster": shown["clusters"][0]}


def _register(cloud: Cloud, call: Call) -> Json:
    definitions.check(call.params)
    made: Json = call.forward()["taskDefinition"]
    # ECS says what a definition is compatible with, asked or not, and its sizes in one unit; moto repeats
    # what was asked.
    unsaid = "FARGATE" not in made["compatibilities"] and definitions.fits_fargate(call.params)
    shown = {
        "compatibilities": [*made["compatibilities"], *(["FARGATE"] if unsaid else [])],
        **definitions.sizes(call.params),
        **definitions.roles(call.params, call.account),
        "registeredAt": datetime.now(UTC).timestamp(),
        **({"registeredBy": call.principal.arn} if call.principal else {}),
    }
    with cloud.lock:
        held = cloud.backend("ecs", call.region).task_definitions[made["family"]][made["revision"]]
        for name, value in shown.items():
            setattr(held, xform_name(name), value)
    return {"taskDefinition": {**made, **shown}, "tags": call.params.get("tags") or []}


def _run(
    cloud: Cloud,
    ledger: Ledger,
    launch: Callable[[Task], None],
    requests: dict[str, tuple[Json, list[str]]],
    call: Call,
) -> Json:
    params, token = call.params, call.params.get("clientToken")
    if token in requests:
        return {"tasks": [as_json(task) for task in _again(ledger, requests[token], params)], "failures": []}
    count = params.get("count", 1)
    if count not in range(1, placement.MOST_TASKS + 1):
        raise ApiError("InvalidParameterException", f"count should be between 1 and {placement.MOST_TASKS}.")
    order = placement.order_of(cloud, params, placement.definition_of(cloud, params["taskDefinition"]))
    tasks = [ledger.open(order) for _ in range(count)]
    if token:
        requests[token] = (params, [task.id for task in tasks])
    for task in tasks:
        launch(task)
    return {"tasks": [as_json(task, tags=True) for task in tasks], "failures": []}


def _start(cloud: Cloud, params: Json) -> Json:
    """StartTask places tasks on container instances, of which a cluster here has none."""
    cluster = placement.cluster_of(cloud, params.get("cluster") or "default")
    placement.definition_of(cloud, params["taskDefinition"])
    missing = [_arn(cluster, "container-instance", name) for name in params["containerInstances"]]
    return {"tasks": [], "failures": [{"arn": arn, "reason": "MISSING"} for arn in missing]}


def _again(ledger: Ledger, first: tuple[Json, list[str]], params: Json) -> list[Task]:
    """A repeated client token starts nothing, and must come with the same request."""
    if first[0] != params:
        raise ApiError(
            "ConflictException",
            "The RunTask request could not be processed due to conflicts: the same "
            "clientToken was used with other parameters.",
        )
    return [task for task in map(ledger.get, first[1]) if task]


def _describe(cloud: Cloud, ledger: Ledger, params: Json) -> Json:
    cluster = placement.cluster_of(cloud, params.get("cluster") or "default")
    asked = params.get("tasks") or []
    if not asked:
        raise ApiError("InvalidParameterException", "Tasks cannot be empty.")
    if len(asked) > MOST_DESCRIBED:
        raise ApiError("InvalidParameterException", f"tasks can have at most {MOST_DESCRIBED} items.")
    tags = "TAGS" in (params.get("include") or ())
    found, failures = [], []
    for name in asked:
        task = ledger.get(name)
        if task and task.order.cluster_arn == cluster["clusterArn"]:
            found.append(as_json(task, tags=tags))
        else:
            failures.append({"arn": _arn(cluster, "task", name), "reason": "MISSING"})
    return {"tasks": found, "failures": failures}


def _arn(cluster: Json, kind: str, name: str) -> str:
    within = cluster["clusterArn"].replace(":cluster/", f":{kind}/")
    return name if name.startswith("arn:") else f"{within}/{name}"


def _list(cloud: Cloud, ledger: Ledger, params: Json) -> Json:
    cluster = placement.cluster_of(cloud, params.get("cluster") or "default")
    wanted = {
        "family": params.get("family"),
        "startedBy": params.get("startedBy"),
        "serviceName": (params.get("serviceName") or "").rsplit("/", 1)[-1] or None,
        "desiredStatus": params.get("desiredStatus") or "RUNNING",
        "launchType": params.get("launchType"),
        "containerInstance": params.get("containerInstance"),
    }
    found = [
        task.arn
        for task in ledger.all()
        if task.order.cluster_arn == cluster["clusterArn"] and _matches(task, wanted)
    ]
    start, size = int(params.get("nextToken") or 0), params.get("maxResults") or MOST_DESCRIBED
    more = {"nextToken": str(start + size)} if start + size < len(found) else {}
    return {"taskArns": found[start : start + size], **more}


def _matches(task: Task, wanted: Mapping[str, str | None]) -> bool:
    has = {
        "family": task.order.definition["family"],
        "startedBy": task.order.started_by,
        "serviceName": task.order.service,
        "desiredStatus": task.desired,
        "launchType": "FARGATE",
        "containerInstance": None,
    }
    return all(value is None or has[name] == value for name, value in wanted.items())


def _stop(cloud: Cloud, ledger: Ledger, params: Json) -> Json:
    cluster = placement.cluster_of(cloud, params.get("cluster") or "default")
    task = ledger.get(params["task"])
    if task is None or task.order.cluster_arn != cluster["clusterArn"]:
        raise ApiError("InvalidParameterException", "The referenced task was not found.")
    reason = params.get("reason") or "Task stopped by user"
    return {"task": as_json(ledger.order_stop(task.id, "UserInitiated", reason))}
