"""Runs that are killed at moments nobody chose, some side by side, each time cleaned up after.

Started by the lab: ``python tests/lab/killing.py SEED ROUNDS ARGUMENT...`` with run-probe's own arguments.
Writes one JSON object a line to stdout: a round's number, its kills, and what was there before and after.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3

from tests.lab.rehearsal import commanded, told

CLEANUP = ("cleanup", "--older-than", "0", "--logs")
PATIENCE = 60.0
"""Seconds until AWS has released what it keeps for a while, in the lab."""
WAYS = (
    ("--carrier", "fargate"),
    ("--carrier", "function"),
    ("--carrier", "function", "--create-function-role"),
    ("--carrier", "auto"),
)
"""What is killed side by side in a round: between them they make all that a run can make."""

SWEEPING = 3.0
"""Seconds within which a cleanup is killed, too."""


def main() -> None:
    """The first run of each way is left alone, and tells how long one takes when all are under way."""
    moments, rounds = random.Random(sys.argv[1]), int(sys.argv[2])  # noqa: S311  repeatable, not secret
    with ThreadPoolExecutor(len(WAYS)) as pool:
        lasts = list(pool.map(lambda way: lasting(*sys.argv[3:], *way), WAYS))
        for one in range(rounds):
            after = [moments.random() * last for last in lasts]
            running = list(pool.map(lambda way, end: killed(end, *sys.argv[3:], *way), WAYS, after))
            before = left()
            killed(moments.random() * SWEEPING, *CLEANUP)
            kills = {"after": after, "were_running": running}
            told(str(one), {**kills, "before": before, **cleaned_up(), "left": left()})


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
    """Cleanups one after another until nothing is left; how the last one ended.

    AWS releases interfaces late, and a function whose caller was killed writes its log when it is done.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        ended = commanded(*CLEANUP)
        if (ended["exit_code"] == 0 and not left()) or time.monotonic() > deadline:
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
        *(one for status in ("ACTIVE", "INACTIVE") for one in _definitions(ecs, status)),
        *(one["FunctionArn"] for one in functions),
        *(name for name in roles if name != "run-probe-function"),
        *(one["NetworkInterfaceId"] for one in interfaces),
        *_logged(),
    ]


def _tasks(ecs: Any, cluster: str) -> list[str]:
    found: list[str] = ecs.list_tasks(cluster=cluster, family="run-probe")["taskArns"]
    return found


def _definitions(ecs: Any, status: str) -> list[str]:
    found: list[str] = ecs.list_task_definitions(familyPrefix="run-probe", status=status)[
        "taskDefinitionArns"
    ]
    return found


def _logged() -> Iterator[str]:
    """The streams of probes, and the groups of functions."""
    logs = boto3.client("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        if "/run-probe-" in group["logGroupName"]:
            yield group["logGroupName"]
        streams = logs.describe_log_streams(logGroupName=group["logGroupName"])["logStreams"]
        yield from (one["logStreamName"] for one in streams if "/probe-" in one["logStreamName"])


if __name__ == "__main__":
    main()
