"""The seam between a task and what runs its containers, and the runtime that every machine has: processes.

A runtime starts one container in the network namespace of the calling thread.  The process runtime gives it
a mount and a PID namespace of its own; its image's layers stay in the registry, so that what runs is this
machine's program of the same name (``python`` is this interpreter, which knows the lab's own checkout).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

CHECKOUT = Path(__file__).resolve().parents[3]
_CHAMBER = Path(__file__).with_name("chamber.py")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class CannotStartError(Exception):
    """The runtime could not start a container; the text is runc's."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One container to run.

    ``image`` and ``namespace`` are for a runtime that unpacks the one and joins the other by name.
    ``volumes`` and ``files`` map a path in the container to one on this machine; ``scratch`` is an empty
    directory of the container's own; ``user`` is ``(uid, gid)`` or ``None`` for the superuser.
    """

    name: str
    image: str
    namespace: str
    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    cwd: str
    user: tuple[int, int] | None
    volumes: Mapping[str, Path]
    files: Mapping[str, Path]
    scratch: Path
    output: Path
    read_only: bool


class Running(Protocol):
    """A container that was started."""

    def wait(self) -> int:
        """Block until it ends; 128 + N when signal N ended it."""

    def terminate(self) -> None:
        """SIGTERM to its first process."""

    def kill(self) -> None:
        """SIGKILL to everything in it."""


class Runtime(Protocol):
    """Starts containers."""

    def start(self, job: Job) -> Running:
        """Start one in the calling thread's network namespace.  Raises CannotStartError."""

    def kill_all(self) -> None:
        """Kill every container that still runs."""


@dataclass(frozen=True)
class _Process:
    popen: subprocess.Popen[bytes]

    def wait(self) -> int:
        return self.popen.wait()

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGUSR1)

    def _send(self, number: signal.Signals) -> None:
        if self.popen.poll() is None:
            self.popen.send_signal(number)


class Processes:
    """The process runtime.  It remembers what it started, to end it with the lab."""

    def __init__(self) -> None:
        self._started: list[_Process] = []

    def kill_all(self) -> None:
        """Kill every container that still runs."""
        for one in self._started:
            one.kill()

    def start(self, job: Job) -> Running:
        """Start ``chamber`` with the job, and wait until it has become the container."""
        root = job.scratch / "root"
        root.mkdir(parents=True)
        report, error = os.pipe()
        plan = _in_memory(_plan(job, root))
        try:
            with job.output.open("ab") as output:
                started = subprocess.Popen(
                    [sys.executable, "-I", "-S", str(_CHAMBER), str(plan), str(error)],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    pass_fds=(plan, error),
                    env={},
                    start_new_session=True,
                )
        finally:
            os.close(plan)
            os.close(error)
        with os.fdopen(report, "rb") as stream:
            complaint = stream.read().decode()
        if complaint:
            started.wait()
            raise CannotStartError(complaint)
        self._started.append(_Process(started))
        return self._started[-1]


def _in_memory(text: str) -> int:
    descriptor = os.memfd_create("container")
    os.write(descriptor, text.encode())
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _plan(job: Job, root: Path) -> str:
    argv, environment = _on_this_machine(job.argv, {"PATH": _PATH, "HOME": "/root", **job.environment})
    return json.dumps(
        {
            "argv": argv,
            "env": environment,
            "cwd": job.cwd,
            "user": job.user,
            "root": str(root),
            "volumes": {path: str(source) for path, source in job.volumes.items()},
            "files": {path: str(source) for path, source in job.files.items()},
            "read_only": job.read_only,
        }
    )


def _on_this_machine(argv: tuple[str, ...], environment: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """The image's ``python`` is the lab's own interpreter, with the lab's checkout to import from."""
    if Path(argv[0]).name not in {"python", "python3"}:
        return list(argv), environment
    return [sys.executable, *argv[1:]], {**environment, "PYTHONPATH": str(CHECKOUT)}
