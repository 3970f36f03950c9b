"""Runs of every kind against the service with canaries, and every byte that they leave anywhere.

Started by the lab: ``python tests/lab/listening.py --like-service ...``.  Writes one JSON object a line: what
was written, by where; bytes are told as Latin-1.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3

from tests.lab.rehearsal import commanded, told

WORKSHOP = Path("/run/lab")

CONTAINER = """
import logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
from probe.session import run
sys.exit(run([]))
"""
"""The container's own program, by somebody who wants to hear everything that any library has to say."""


def main() -> None:
    """The main job in two forms, without reading secrets, and by a function; the container at DEBUG."""
    arguments = sys.argv[1:]
    first = commanded(*arguments, "--output", "json")
    told("report", first)
    told("text", commanded(*arguments, "--output", "text"))
    told("described", commanded(*arguments, "--output", "json", "--no-get-secrets", "--no-put-logs"))
    told("function", commanded(*arguments, "--output", "json", "--carrier", "function"))
    told("container", _at_debug(commanded(*arguments, "--dry-run")["stdout"]))
    told("logs", {"stdout": "".join(_events())})
    tasks = [run["task"].rpartition("/")[2] for run in json.loads(first["stdout"])["runs"]]
    told("files", {str(path): path.read_text("latin-1") for path in _files(tasks)})


def _at_debug(dry_run: str) -> dict[str, Any]:
    """The plan of a dry run, with one call that breaks the tool itself, so that there is a traceback."""
    plan = _plan(json.loads(dry_run))
    plan["targets"][0]["calls"].append({"operation": "nobody:Knows"})
    ended = subprocess.run(
        [sys.executable, "-c", CONTAINER],
        env=os.environ | {"PROBE_PLAN": json.dumps(plan), "PROBE_RESULTS": "/nowhere"},
        capture_output=True,
        check=False,
    )
    return {"stdout": ended.stdout.decode("latin-1"), "stderr": ended.stderr.decode("latin-1")}


def _plan(requests: Any) -> Any:
    """The work in a printed request, wherever the plan travels."""
    match requests:
        case {"name": "PROBE_PLAN", "value": str() as text}:
            return json.loads(text)
        case dict() | list():
            parts = requests.values() if isinstance(requests, dict) else requests
            return next((found for part in parts if (found := _plan(part)) is not None), None)
        case _:
            return None


def _events() -> list[str]:
    logs = boto3.client("logs")
    return [
        event["message"] + "\n"
        for group in logs.describe_log_groups()["logGroups"]
        for stream in logs.describe_log_streams(logGroupName=group["logGroupName"])["logStreams"]
        for event in logs.get_log_events(
            logGroupName=group["logGroupName"], logStreamName=stream["logStreamName"], startFromHead=True
        )["events"]
    ]


def _files(tasks: list[str]) -> list[Path]:
    """Everything on disk of the probe's own tasks: their output, their volumes."""
    found = (path for task in tasks for folder in WORKSHOP.rglob(task) for path in folder.rglob("*"))
    return sorted(path for path in found if path.is_file())


if __name__ == "__main__":
    main()
