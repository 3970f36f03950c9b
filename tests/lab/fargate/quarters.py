"""Containers of the process runtime, tried in namespaces of their own.

Run as a program (``python -m tests.lab.fargate.quarters``) it starts every container of ``TRIALS`` and prints
``{trial: [exit code or complaint, output]}`` as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from probe.lab.chamber import CannotStartError
from probe.lab.fargate.runtime import Job, Processes

STAGE = Path("/run/quarters")


@dataclass(frozen=True)
class Trial:
    """A shell line as the container's program; ``code`` and ``output`` are what must come of it."""

    line: str
    code: int | str = 0
    output: str = ""
    user: tuple[int, int] | None = None
    read_only: bool = False
    argv: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


USER = (10_001, 10_001)
TRIALS = {
    "own-files": Trial("cat /etc/resolv.conf /etc/not/there/before", output="nameserver 10.0.0.2\n" * 2),
    "first-process": Trial("echo $$; set -- /proc/[0-9]*; echo $#", output="1\n1\n"),
    "exit-code": Trial("exit 42", 42),
    "killed": Trial("sleep 5 & kill -9 $!; wait $! 2>/dev/null", 137),
    "variables": Trial("echo $PLAN $LAB_SECRET.", output="seven .\n", environment={"PLAN": "seven"}),
    "volume": Trial("echo 12 > /results/s3 && cat /deep/er/results/s3", output="12\n"),
    "root-volume-and-user": Trial("(echo 1 > /results/x) 2>/dev/null || id -u", output="10001\n", user=USER),
    "own-volume-and-user": Trial("echo 1 > /own/x && cat /own/x", output="1\n", user=USER),
    "the-machine-is-read-only": Trial("(echo > /usr/bin/x) 2>/dev/null || echo no", output="no\n"),
    "etc-is-its-own": Trial("echo hello > /etc/greeting && cat /etc/greeting", output="hello\n"),
    "temporary-files": Trial("echo t > /tmp/t && cat /tmp/t", output="t\n", user=USER),
    "no-file-of-others": Trial("find /tmp -maxdepth 1 -type f", output=""),
    "read-only-root": Trial("(echo > /tmp/x) 2>/dev/null || echo no", output="no\n", read_only=True),
    "hidden-run": Trial("ls -A /run", output=""),
    "python": Trial(
        "", output="True 1\n", argv=("python", "-c", "import os, probe; print(True, os.getpid())")
    ),
    "no-program": Trial("", 'exec: "nothing": executable file not found in $PATH', argv=("nothing",)),
}


def main() -> None:
    os.environ["LAB_SECRET"] = "leaked"
    for volume, owner in (("results", 0), ("own", USER[0])):
        (STAGE / volume).mkdir(parents=True)
        os.chown(STAGE / volume, owner, owner)
    (STAGE / "resolv.conf").write_text("nameserver 10.0.0.2\n")
    with tempfile.NamedTemporaryFile(dir="/tmp"):
        json.dump({name: tried(name, trial) for name, trial in TRIALS.items()}, sys.stdout)


def tried(name: str, trial: Trial) -> tuple[int | str, str]:
    """What came of one container: its exit code, or why it did not start, and what it wrote."""
    output = STAGE / f"{name}.log"
    job = Job(
        name=name,
        image="registry.example/app:1",
        namespace="",
        argv=trial.argv or ("sh", "-c", trial.line),
        environment=trial.environment,
        cwd="/",
        user=trial.user,
        volumes={
            "/results": STAGE / "results",
            "/deep/er/results": STAGE / "results",
            "/own": STAGE / "own",
        },
        files={
            "/etc/resolv.conf": STAGE / "resolv.conf",
            "/etc/not/there/before": STAGE / "resolv.conf",
        },
        scratch=STAGE / name,
        output=output,
        read_only=trial.read_only,
    )
    try:
        code: int | str = Processes().start(job).wait()
    except CannotStartError as complaint:
        code = str(complaint)
    return code, output.read_text()


if __name__ == "__main__":
    main()
