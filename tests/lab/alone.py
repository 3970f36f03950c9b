"""The probe's task when nobody waits for it: as run-probe would start it, with less time than it needs.

Started by the lab: ``python tests/lab/alone.py SECONDS ARGUMENT...`` with run-probe's own arguments.  Writes
one JSON object a line to stdout: how the task ended.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import boto3

from tests.lab.rehearsal import commanded, told


def main() -> None:
    """What ``--dry-run`` prints, with another deadline in the plan, is sent; then only AWS is asked."""
    printed = json.loads(commanded(*sys.argv[2:], "--dry-run")["stdout"])
    ecs = boto3.client("ecs")
    definition = ecs.register_task_definition(**printed["RegisterTaskDefinition"])["taskDefinition"]
    request = _hurried(printed["RunTask"][0], float(sys.argv[1]))
    asked = {**request, "taskDefinition": definition["taskDefinitionArn"]}
    task = ecs.run_task(**asked)["tasks"][0]["taskArn"]
    waiter = ecs.get_waiter("tasks_stopped")
    waiter.wait(cluster=request["cluster"], tasks=[task], WaiterConfig={"Delay": 1, "MaxAttempts": 90})
    ended = ecs.describe_tasks(cluster=request["cluster"], tasks=[task])["tasks"][0]
    codes = {one["name"]: one.get("exitCode") for one in ended["containers"]}
    took = (ended["executionStoppedAt"] - ended["startedAt"]).total_seconds()
    told("ended", {"reason": ended["stoppedReason"], "codes": codes, "took": took})


def _hurried(request: dict[str, Any], deadline: float) -> dict[str, Any]:
    """The request with a plan that has so many seconds."""
    variable = request["overrides"]["containerOverrides"][0]["environment"][0]
    variable["value"] = json.dumps(json.loads(variable["value"]) | {"deadline": deadline})
    return request


if __name__ == "__main__":
    main()
