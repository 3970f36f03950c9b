"""Bad input to the real command: ``{what happened}: {why}``, what to do about it, and nothing done."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from probe.report.document import SCHEMA
from tests.lab.catalogue import DEADLINE, ROOT, SCENARIOS, Rehearsal, play

pytestmark = pytest.mark.lab

ASKING = {
    "service": (
        ["--like-service", "chekout"],
        "cannot read service chekout: cluster prod has no such service in us-east-1",
    ),
    "cluster": (
        ["--like-service", "checkout", "--cluster", "staging"],
        "cannot read service checkout: there is no cluster staging in this region",
    ),
    "task": (
        ["--like-task", "0123456789abcdef"],
        "cannot read task 0123456789abcdef: cluster prod shows no such task, and",
    ),
    "empty": (["--like-service", ""], "cannot tell what to probe like: the name that was given is empty"),
    "region-of-another-form": (
        ["--like-service", "checkout", "--region", "mars-1"],
        "unknown region mars-1: no partition of AWS has a region of that form",
    ),
    "region-that-is-none": (
        ["--like-service", "checkout", "--region", "us-east-7"],
        "cannot read service checkout: Could not connect to the endpoint URL",
    ),
    "region-without-it": (
        ["--like-service", "checkout", "--region", "eu-west-1"],
        "cannot read service checkout: there is no cluster prod in this region",
    ),
    "no-network": (
        ["--like-service", "without-network"],
        "cannot probe service without-network: it has no networkConfiguration, so",
    ),
    "ec2": (["--like-service", "on-ec2"], "cannot probe service on-ec2: it has launch type EC2, where"),
    "capacity-provider": (
        ["--like-service", "on-instances"],
        "cannot probe service on-instances: its capacity provider instances is not Fargate's",
    ),
    "definition": (
        ["--subnets", "subnet-0", "--security-groups", "sg-0", "--task-definition", "chekout"],
        "cannot read task definition chekout: ",
    ),
    "services": (
        ["--like-service", "checkout", "--services", "s3,dynamodb"],
        "unknown service dynamodb: there are ecr, ecr.api, ",
    ),
    "host": (
        ["--like-service", "checkout", "--host", "proxy.example.com:http"],
        "--host proxy.example.com:http: not HOST:PORT",
    ),
}
"""Arguments in the seat of a lab, and how the first line begins."""

FILES = {
    "syntax": ("--lab", "def build(:\n", "cannot read scenario {path}: line 1: invalid syntax"),
    "no-build": ("--lab", "x = 1\n", "cannot use scenario {path}: it has no function build(aws)"),
    "no-scenario": ("--lab", None, "cannot open scenario {path}: there is no such file"),
    "no-report": ("--replay", None, "cannot read {path}: No such file or directory"),
    "garbage": ("--replay", "\x00\udcff{", "{path}: not a run-probe report: "),
    "empty-report": ("--replay", "", "{path}: not a run-probe report: "),
    "half-a-report": ("--replay", json.dumps({"schema": SCHEMA}), "{path}: not a run-probe report: "),
    "newer": (
        "--replay",
        json.dumps({"schema": SCHEMA + 1}),
        "{path}: cannot read this report: it has schema ",
    ),
}
"""An option that takes a file, the file's text or None for an absent one, and how the first line begins."""


@pytest.fixture(scope="module")
def runs() -> Rehearsal:
    """One lab in which every row of ASKING is run."""
    table = json.dumps({name: arguments for name, (arguments, _) in ASKING.items()})
    return play(SCENARIOS["healthy_private"], "misuse.py", table)


def shape(code: int, out: str, err: str) -> tuple[int, str, int, bool, bool]:
    """What every refusal has in common: code 2, no output, a line, advice below it, no traceback."""
    lines = err.splitlines() or [""]
    return code, out, len(lines), lines[-1].startswith("  "), "Traceback" in err


REFUSED = (2, "", 2, True, False)


@pytest.mark.parametrize("row", ASKING)
def test_what_cannot_be_probed_is_one_line_and_advice(runs: Rehearsal, row: str) -> None:
    """Asked of a real command in a real account."""
    ended = runs.act(row)
    assert REFUSED == shape(ended["exit_code"], ended["stdout"], ended["stderr"]), ended["stderr"]
    assert ended["stderr"].startswith(ASKING[row][1])


def test_a_refused_run_starts_nothing(runs: Rehearsal) -> None:
    """After all of them ECS has never seen a task or a task definition of run-probe."""
    assert {"tasks": [], "definitions": [], "stopped": {}, "inactive": []} == runs.act("left")


@pytest.mark.parametrize("row", FILES)
def test_a_file_that_cannot_be_used_is_one_line_and_advice(tmp_path: Path, row: str) -> None:
    """A scenario or a report: missing, garbage, or another version's."""
    option, text, expected = FILES[row]
    path = tmp_path / "mine.py"
    if text is not None:
        path.write_text(text, errors="surrogateescape")
    command = [sys.executable, "-m", "probe.cli", option, str(path), "--like-service", "checkout"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=DEADLINE)
    assert REFUSED == shape(done.returncode, done.stdout, done.stderr), done.stderr
    assert done.stderr.startswith(expected.format(path=path))
