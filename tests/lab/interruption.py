"""What is left in the account by runs that do not reach their end.

Started by the lab, which has to be in a process group of its own: ``python tests/lab/interruption.py
ARGUMENT...`` with run-probe's own arguments.  Writes one JSON object a line to stdout as each act ends.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Any

import boto3

from tests.lab.rehearsal import ran, told

RUN_PROBE = [sys.executable, "-m", "probe.cli"]


def main() -> None:
    """A run is killed, cleaned up after, and another one is interrupted as a terminal does it."""
    killed = started()
    killed.kill()
    killed.wait()
    told("killed", left())
    told("cleanup", ran([*RUN_PROBE, "cleanup", "--older-than", "0"]) | left())
    signal.signal(signal.SIGINT, lambda _number, _frame: None)  # a handler is not inherited
    interrupted = started()
    os.killpg(0, signal.SIGINT)
    out, err = interrupted.communicate()
    told("ctrl-c", {"exit_code": interrupted.returncode, "stdout": out, "stderr": err} | left())


def started() -> subprocess.Popen[str]:
    """A run whose tasks are under way."""
    run = subprocess.Popen(
        [*RUN_PROBE, *sys.argv[1:]], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert run.stderr is not None
    next(line for line in run.stderr if "the probe is" in line)
    return run


def left() -> dict[str, Any]:
    """What ECS shows of the family: ARNs that are active, and why each stopped task was stopped."""
    ecs = boto3.client("ecs")
    active: list[str] = []
    stopped: list[dict[str, Any]] = []
    for cluster in ecs.list_clusters()["clusterArns"]:
        of_family = {"cluster": cluster, "family": "run-probe"}
        active += ecs.list_tasks(**of_family)["taskArns"]
        ended = ecs.list_tasks(**of_family, desiredStatus="STOPPED")["taskArns"]
        stopped += ecs.describe_tasks(cluster=cluster, tasks=ended)["tasks"] if ended else []
    definitions = ecs.list_task_definitions(familyPrefix="run-probe")["taskDefinitionArns"]
    reasons = {task["taskArn"]: task.get("stoppedReason") for task in stopped}
    return {"tasks": active, "definitions": definitions, "stopped": reasons}


if __name__ == "__main__":
    main()
