"""Runs that are killed at moments nobody chose, each cleaned up after, until nothing of theirs is left.

Started by the lab: ``python tests/lab/killing.py SEED NUMBER ARGUMENT...`` with run-probe's own arguments.
Writes one JSON object a line to stdout: the number of the run, and what was there before and after.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from typing import Any

import boto3

from tests.lab.rehearsal import commanded, told

PATIENCE = 60.0
"""Seconds until AWS has released what it keeps for a while, in the lab."""
CARRIERS = ("fargate", "function")


def main() -> None:
    """Every other run measures by a function, so that there are functions and interfaces to be left.

    The first of each kind is left alone and tells how long one takes.
    """
    moments, number = random.Random(sys.argv[1]), int(sys.argv[2])  # noqa: S311  repeatable, not secret
    lasts = {carrier: lasting(*sys.argv[3:], "--carrier", carrier) for carrier in CARRIERS}
    for one in range(number):
        carrier = CARRIERS[one % 2]
        after = moments.random() * lasts[carrier]
        was_running = killed(after, *sys.argv[3:], "--carrier", carrier)
        before = left()
        cleaned = cleaned_up()
        told(
            str(one),
            {"after": after, "was_running": was_running, "before": before, **cleaned, "left": left()},
        )


def lasting(*arguments: str) -> float:
    """The seconds that a whole run takes here."""
    began = time.monotonic()
    commanded(*arguments)
    return time.monotonic() - began


def killed(after: float, *arguments: str) -> bool:
    """Start a run and kill it; whether it was still running then."""
    run = subprocess.Popen(
        [sys.executable, "-m", "probe.cli", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        run.wait(timeout=after)
    except subprocess.TimeoutExpired:
        run.kill()
    return run.wait() < 0


def cleaned_up() -> dict[str, Any]:
    """Cleanups one after another until one says that nothing is left; how the last one ended."""
    deadline = time.monotonic() + PATIENCE
    while True:
        ended = commanded("cleanup", "--older-than", "0", "--logs")
        if ended["exit_code"] != 21 or time.monotonic() > deadline:
            return ended


def left() -> list[str]:
    """Everything of run-probe that the account shows to an administrator."""
    ecs, iam = boto3.client("ecs"), boto3.client("iam")
    described = [{"Name": "description", "Values": ["*run-probe-*"]}]
    interfaces = boto3.client("ec2").describe_network_interfaces(Filters=described)["NetworkInterfaces"]
    functions = boto3.client("lambda").list_functions()["Functions"]
    roles = [one["RoleName"] for one in iam.list_roles()["Roles"] if one["RoleName"].startswith("run-probe")]
    return [
        *(one for arn in ecs.list_clusters()["clusterArns"] for one in _tasks(ecs, arn)),
        *ecs.list_task_definitions(familyPrefix="run-probe")["taskDefinitionArns"],
        *(one["FunctionArn"] for one in functions),
        *(name for name in roles if name != "run-probe-function"),
        *(one["NetworkInterfaceId"] for one in interfaces),
        *_streams(),
    ]


def _tasks(ecs: Any, cluster: str) -> list[str]:
    found: list[str] = ecs.list_tasks(cluster=cluster, family="run-probe")["taskArns"]
    return found


def _streams() -> list[str]:
    logs = boto3.client("logs")
    return [
        stream["logStreamName"]
        for group in logs.describe_log_groups()["logGroups"]
        for stream in logs.describe_log_streams(logGroupName=group["logGroupName"])["logStreams"]
        if "/probe-" in stream["logStreamName"]
    ]


if __name__ == "__main__":
    main()
