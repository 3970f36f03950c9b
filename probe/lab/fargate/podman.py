"""The podman runtime: containers of the probe's own image, built from the checkout, under Fargate's limits.

Whatever else a task runs has no image on this machine and stays with the process runtime.  podman's store is
on the lab's own tmpfs and goes with it; images are read from the machine's store, where ``build`` puts them.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from probe.lab.chamber import CannotStartError
from probe.lab.fargate.runtime import CHECKOUT, Job, Processes, Running
from probe.lab.netns import ROOT
from probe.lab.stage import StageError

IMAGE = "localhost/run-probe:lab"
"""The image as the machine's store has it."""

REPOSITORY = "run-probe"
"""The repository of the lab's ECR whose images are that one."""

_STORE = """\
[storage]
driver = "overlay"
graphroot = "{own}/images"
runroot = "{own}/run"
[storage.options]
additionalimagestores = ["{machine}"]
"""
_CONTAINERS = """\
[containers]
default_sysctls = []
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
"""
"""podman would set a sysctl, which runc refuses in its own network namespace, and limits above a sandbox's;
crun, its first choice, fails where cgroups are hybrid."""

_ADVICE = "run scripts/image to see more; BASE names the image that it stands on, and scripts/base makes one"
_VCPU = 1024
"""CPU units."""


def build() -> None:
    """Build the image with ``scripts/image``, on the machine's network.  Raises StageError."""
    if os.geteuid():
        raise StageError("the podman runtime needs root: run as root, or without it for the process runtime")
    missing = [one for one in ("podman", "runc") if shutil.which(one) is None]
    if missing:
        raise StageError(f"the podman runtime needs {', '.join(missing)}: run apt-get install podman runc")
    built = subprocess.run(
        [CHECKOUT / "scripts" / "image", IMAGE], capture_output=True, text=True, check=False
    )
    if built.returncode:
        why = "".join(built.stderr.splitlines()[-1:])
        raise StageError(f"the probe's image cannot be built: {why}\n  {_ADVICE}")


@dataclass(frozen=True)
class _Container:
    """A container that ``podman start`` is attached to; podman answers with the container's exit code."""

    name: str
    attached: subprocess.Popen[bytes]
    environment: Mapping[str, str]

    def wait(self) -> int:
        """Block until it ends; 128 + N when signal N ended it."""
        return self.attached.wait()

    def terminate(self) -> None:
        """SIGTERM to its first process."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL to everything in it."""
        self._send(signal.SIGKILL)

    def execute(self, argv: tuple[str, ...], timeout: float) -> int | None:
        """The exit code of one more program in it; ``None`` where it took more than ``timeout`` seconds."""
        command = ["podman", "exec", self.name, *argv]
        try:
            done = subprocess.run(
                command, env=self.environment, capture_output=True, timeout=timeout, check=False
            )
        except subprocess.TimeoutExpired:
            return None
        return done.returncode

    def _send(self, number: signal.Signals) -> None:
        """A refusal means that it has just ended by itself."""
        if self.attached.poll() is None:
            command = ["podman", "kill", "--signal", number.name, self.name]
            subprocess.run(command, env=self.environment, capture_output=True, check=False)


class Podman:
    """The runtime for one lab; ``own`` is a directory on its tmpfs for podman's store and settings."""

    def __init__(self, own: Path) -> None:
        self._processes = Processes()
        self._started: list[_Container] = []
        own.mkdir(parents=True)
        machine = _answer(["info", "--format", "{{.Store.GraphRoot}}"], os.environ)
        store, containers = own / "storage.conf", own / "containers.conf"
        store.write_text(_STORE.format(own=own, machine=machine), encoding="utf-8")
        containers.write_text(_CONTAINERS, encoding="ascii")
        settings = {"CONTAINERS_STORAGE_CONF": str(store), "CONTAINERS_CONF": str(containers)}
        self._environment = {**os.environ, **settings}

    def kill_all(self) -> None:
        """Kill every container that still runs."""
        for one in self._started:
            one.kill()
        self._processes.kill_all()

    def start(self, job: Job) -> Running:
        """Start one in its namespace.  Raises CannotStartError."""
        if _repository(job.image) != REPOSITORY:
            return self._processes.start(job)
        name = f"{job.name}-{uuid.uuid4().hex[:12]}"
        _answer(["create", "--rm", f"--name={name}", *_options(job), IMAGE, *job.argv[1:]], self._environment)
        with job.output.open("ab") as output:
            attached = subprocess.Popen(
                ["podman", "start", "--attach", name],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )
        started = _Container(name, attached, self._environment)
        self._started.append(started)
        return started


def _answer(arguments: list[str], environment: Mapping[str, str]) -> str:
    """What podman says to one command.  Raises CannotStartError."""
    asked = subprocess.run(
        ["podman", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if asked.returncode:
        raise CannotStartError(asked.stderr.strip())
    return asked.stdout.strip()


def _options(job: Job) -> list[str]:
    """Fargate's walls around a container, as podman's options."""
    volumes = [f"{source}:{path}:rw" for path, source in job.volumes.items()]
    files = [f"{source}:{path}:ro" for path, source in job.files.items()]
    return [
        "--pull=never",
        f"--network=ns:{ROOT / job.namespace}",
        "--no-hosts",
        "--cap-drop=all",
        f"--entrypoint={job.argv[0]}",
        f"--workdir={job.cwd}",
        f"--cpus={job.cpu / _VCPU}",
        f"--memory={job.memory}m",
        f"--memory-swap={job.memory}m",
        *(["--read-only", "--read-only-tmpfs=false"] if job.read_only else []),
        *([f"--user={job.user[0]}:{job.user[1]}"] if job.user else []),
        *(f"--volume={one}" for one in (*volumes, *files)),
        *(f"--env={name}={value}" for name, value in job.environment.items()),
    ]


def _repository(image: str) -> str:
    """The repository of a full reference: ``HOST/REPOSITORY:TAG@DIGEST``."""
    return image.partition("/")[2].partition("@")[0].partition(":")[0]
