"""In a lab's seat: a probe that lives, and three that do not come to an end of their own.

Started by the lab and not by pytest: ``python -m probe.lab SCENARIO -- python tests/lab/dying.py ...`` with
run-probe's own arguments.  Writes one JSON object a line: each act's exit code and streams.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import boto3

from probe.lab import world
from tests.lab.rehearsal import commanded, told

CLUSTER, DEADLINE = "prod", 60.0
MUTE = """
import runpy, sys
if "report" in sys.argv:
    runpy.run_module("probe", run_name="__main__")
"""


def main() -> None:
    """Each act by itself."""
    told("lives", commanded(*sys.argv[1:], "--output", "json"))
    told("killed", disturbed(kill))
    told("stopped", disturbed(stop))
    told("mute", commanded(*sys.argv[1:], "--output", "json", "--probe-image", mute()))


def disturbed(disturb: Callable[[], bool]) -> dict[str, object]:
    """A run during which somebody tries something until it has an effect."""
    command = [sys.executable, "-m", "probe.cli", *sys.argv[1:], "--output", "json"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    limit = time.monotonic() + DEADLINE
    while not disturb() and running.poll() is None and time.monotonic() < limit:
        time.sleep(0.02)
    output, errors = running.communicate()
    return {"exit_code": running.returncode, "stdout": output, "stderr": errors}


def kill() -> bool:
    """SIGKILL to the probe's container, as the kernel sends it where memory runs out."""
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it may have ended since it was listed
            _, *arguments = process.read_text().split("\0")
            if arguments == ["-m", "probe", ""]:
                os.kill(int(process.parent.name), signal.SIGKILL)
                return True
    return False


def stop() -> bool:
    """StopTask before any container has started: ECS then has no exit code to show."""
    ecs = boto3.client("ecs")
    tasks = ecs.list_tasks(cluster=CLUSTER, family="run-probe")["taskArns"]
    for task in tasks:
        ecs.stop_task(cluster=CLUSTER, task=task, reason="somebody else's doing")
    return bool(tasks)


def mute() -> str:
    """An image whose probe ends well and leaves no results."""
    aws = boto3.Session()
    return world.push_image(aws, "mute", entrypoint=("python", "-c", MUTE), config={"User": "65532:65532"})


if __name__ == "__main__":
    main()
