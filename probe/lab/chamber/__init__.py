"""A process of this machine that sees a machine of its own: private root, mounts and process ids.

Fargate's containers and Lambda's functions run in one.  The network namespace is the calling thread's;
``inside.py`` is what happens on the other side.
"""

from __future__ import annotations

import marshal
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_INSIDE = Path(__file__).with_name("inside.py")


class CannotStartError(Exception):
    """The program could not be started; the text is runc's."""


@dataclass(frozen=True, kw_only=True)
class Chamber:
    """What is in the chamber and what runs there.

    ``volumes``, ``shown`` and ``files`` map a path in it to one on this machine; ``shown`` directories are
    read-only.  ``scratch`` is an empty directory of its own; ``user`` is ``(uid, gid)`` or ``None`` for the
    superuser.  The root is read-only with ``read_only``, but for ``/tmp`` when that is ``temporary``.
    """

    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    cwd: str
    user: tuple[int, int] | None
    volumes: Mapping[str, Path]
    files: Mapping[str, Path]
    scratch: Path
    output: Path
    read_only: bool
    temporary: bool
    shown: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class Process:
    """The program that runs in a chamber, as its first process."""

    popen: subprocess.Popen[bytes]
    chamber: Chamber

    def wait(self) -> int:
        """Block until it ends; 128 + N when signal N ended it."""
        return self.popen.wait()

    def ended(self, timeout: float) -> int | None:
        """Its exit code, or ``None`` when it still runs after ``timeout`` seconds."""
        try:
            return self.popen.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def terminate(self) -> None:
        """SIGTERM to the program."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL to everything in the chamber."""
        self._send(signal.SIGUSR1)

    def execute(self, argv: tuple[str, ...], timeout: float) -> int | None:
        """The exit code of one more program beside it; ``None`` where that ran longer than ``timeout``.

        And where the program itself has ended meanwhile: there is no chamber any more.
        """
        try:
            first = Path(f"/proc/{self.popen.pid}/task/{self.popen.pid}/children").read_text(encoding="ascii")
        except (FileNotFoundError, ProcessLookupError):
            return None
        user = self.chamber.user or (0, 0)
        enter = ["nsenter", f"--target={first.strip()}", "--mount", "--pid", "--net", "--root", "--wd"]
        try:
            done = subprocess.run(
                [*enter, f"--setgid={user[1]}", f"--setuid={user[0]}", "--", *argv],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env=dict(self.chamber.environment),
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return None
        return done.returncode

    def _send(self, number: signal.Signals) -> None:
        if self.popen.poll() is None:
            self.popen.send_signal(number)


def start(chamber: Chamber) -> Process:
    """Start the program, and wait until it is it that runs.  Raises CannotStartError."""
    root = chamber.scratch / "root"
    root.mkdir(parents=True)
    report, error = os.pipe()
    plan = _in_memory(_plan(chamber, root))
    try:
        with chamber.output.open("ab") as output:
            started = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_INSIDE), str(plan), str(error)],
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
    return Process(started, chamber)


def _in_memory(content: bytes) -> int:
    descriptor = os.memfd_create("chamber")
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _plan(chamber: Chamber, root: Path) -> bytes:
    places = {name: getattr(chamber, name) for name in ("volumes", "shown", "files")}
    return marshal.dumps(
        {
            "argv": chamber.argv,
            "env": dict(chamber.environment),
            "cwd": chamber.cwd,
            "user": chamber.user,
            "root": str(root),
            "read_only": chamber.read_only,
            "temporary": chamber.temporary,
            **{name: {path: str(source) for path, source in each.items()} for name, each in places.items()},
        }
    )
