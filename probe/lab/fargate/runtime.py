"""The seam between a task and what runs its containers, and the runtime that every machine has: processes.

A runtime starts one container in the network namespace of the calling thread.  The process runtime gives it
a mount and a PID namespace of its own; its image's layers stay in the registry, so that what runs is this
machine's program of the same name (``python`` is this interpreter, which knows the lab's own checkout).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from probe.lab.chamber import Chamber, Process, start

CHECKOUT = Path(__file__).resolve().parents[3]
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, kw_only=True)
class Job:
    """One container to run.

    ``image`` and ``namespace`` are for a runtime that unpacks the one and joins the other by name.
    ``volumes`` and ``files`` map a path in the container to one on this machine; ``scratch`` is an empty
    directory of the container's own; ``user`` is ``(uid, gid)`` or ``None`` for the superuser.
    ``cpu`` (units, 1024 a processor) and ``memory`` (MiB) are for a runtime that can limit them.
    """

    name: str
    image: str
    namespace: str
    cpu: int = 0
    memory: int = 0
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

    def execute(self, argv: tuple[str, ...], timeout: float) -> int | None:
        """The exit code of one more program in it; ``None`` where it took more than ``timeout`` seconds."""


class Runtime(Protocol):
    """Starts containers."""

    def start(self, job: Job) -> Running:
        """Start one in the calling thread's network namespace.  Raises CannotStartError."""

    def kill_all(self) -> None:
        """Kill every container that still runs."""


class Processes:
    """The process runtime.  It remembers what it started, to end it with the lab."""

    def __init__(self) -> None:
        self._started: list[Process] = []

    def kill_all(self) -> None:
        """Kill every container that still runs."""
        for one in self._started:
            one.kill()

    def start(self, job: Job) -> Running:
        """Start the job in a chamber."""
        started = start(_chamber(job))
        self._started.append(started)
        return started


def _chamber(job: Job) -> Chamber:
    argv, environment = _on_this_machine(job.argv, {"PATH": _PATH, "HOME": "/root", **job.environment})
    return Chamber(
        argv=argv,
        environment=environment,
        cwd=job.cwd,
        user=job.user,
        volumes=job.volumes,
        files=job.files,
        scratch=job.scratch,
        output=job.output,
        read_only=job.read_only,
        temporary=not job.read_only,
    )


def _on_this_machine(
    argv: tuple[str, ...], environment: dict[str, str]
) -> tuple[tuple[str, ...], dict[str, str]]:
    """The image's ``python`` is the lab's own interpreter, with the lab's checkout to import from."""
    if Path(argv[0]).name not in {"python", "python3"}:
        return argv, environment
    return (sys.executable, *argv[1:]), {**environment, "PYTHONPATH": str(CHECKOUT)}
