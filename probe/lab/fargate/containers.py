"""From a container definition to a running container: its files, volumes, variables and output."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from probe.lab.chamber import CannotStartError
from probe.lab.fargate import environment, logs
from probe.lab.fargate.agent import Prepared
from probe.lab.fargate.calls import Caller
from probe.lab.fargate.images import Image
from probe.lab.fargate.runtime import Job, Running, Runtime
from probe.lab.fargate.tasks import Task

AUTHORITIES = "/ca-bundle.pem"
"""Where a container finds the certificate authorities: of the lab's, there is one.

Nothing else lies there: of a folder that has other files, each would be a mount of its own.
"""

_FLUSH_SECONDS = 0.5
_DRAIN_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Room:
    """One task's place on this machine, once the agent has prepared everything.

    ``tokens`` is each container's token in its metadata address; ``credentials_token`` is "" without a task
    role.
    """

    task: Task
    prepared: Prepared = field(repr=False)
    caller: Caller
    runtime: Runtime
    namespace: str
    folder: Path
    authorities: Path
    region: str
    tokens: Mapping[str, str] = field(repr=False)
    credentials_token: str = field(repr=False)
    forwarders: list[threading.Thread] = field(default_factory=list)


def furnish(room: Room, resolv_conf: str, hosts: str) -> None:
    """Write the files that the containers share; make the task's volumes, root's and empty as on Fargate."""
    volumes = room.folder / "volumes"
    volumes.mkdir(parents=True)
    for volume in room.task.order.definition.get("volumes") or ():
        (volumes / volume["name"]).mkdir(mode=0o755)
    (room.folder / "resolv.conf").write_text(resolv_conf, encoding="ascii")
    (room.folder / "hosts").write_text(hosts, encoding="ascii")


def start(room: Room, definition: Mapping[str, Any]) -> Running:
    """Start one container in the calling thread's network namespace.  Raises CannotStartError."""
    image = room.prepared.images[definition["name"]]
    _check_architecture(room, definition, image)
    job = _job(room, definition, image)
    running = room.runtime.start(job)
    stream = logs.streams(room.task.order.definition, room.task.id).get(job.name)
    if stream:
        arguments = (room.caller, stream, job.output, running)
        forwarder = threading.Thread(target=_forward, args=arguments, daemon=True)
        room.forwarders.append(forwarder)
        forwarder.start()
    return running


def drain(room: Room) -> None:
    """Let the last output get away before the task's interface goes; not for ever where nothing gets away."""
    for forwarder in room.forwarders:
        forwarder.join(_DRAIN_SECONDS)


def output(room: Room, name: str) -> Path:
    """The file that holds what a container wrote to stdout and stderr."""
    return room.folder / f"{name}.log"


def _job(room: Room, definition: Mapping[str, Any], image: Image) -> Job:
    name = definition["name"]
    own = environment.of_task(room.region, room.tokens[name], room.credentials_token)
    argv = environment.command(room.task, definition, image)
    if not argv:
        raise CannotStartError("no command specified")
    return Job(
        name=name,
        image=image.reference.full,
        namespace=room.namespace,
        cpu=_size(room, "cpu"),
        memory=_size(room, "memory"),
        argv=argv,
        environment=environment.variables(
            room.task, definition, room.prepared, own | environment.of_lab(AUTHORITIES)
        ),
        cwd=definition.get("workingDirectory") or image.config.get("WorkingDir") or "/",
        user=environment.user(definition, image),
        volumes=_volumes(room, definition, image),
        files={
            "/etc/resolv.conf": room.folder / "resolv.conf",
            "/etc/hosts": room.folder / "hosts",
            AUTHORITIES: room.authorities,
        },
        scratch=room.folder / name,
        output=output(room, name),
        read_only=bool(definition.get("readonlyRootFilesystem")),
    )


def _size(room: Room, what: str) -> int:
    """The task's size, which all its containers share."""
    order = room.task.order
    return int(order.overrides.get(what) or order.definition.get(what) or 0)


def _volumes(room: Room, definition: Mapping[str, Any], image: Image) -> dict[str, Path]:
    found = {}
    for mount in definition.get("mountPoints") or ():
        source = room.folder / "volumes" / mount["sourceVolume"]
        _give_to_user(source, mount["containerPath"], image)
        found[mount["containerPath"].rstrip("/")] = source
    return found


def _give_to_user(source: Path, path: str, image: Image) -> None:
    """A path that the image declares with VOLUME keeps the owner it has there; any other volume is root's."""
    owner = environment.user({}, image)
    if owner and path in (image.config.get("Volumes") or {}) and os.geteuid() == 0:
        try:
            os.chown(source, *owner)
        except OSError:
            return  # an ordinary user's lab maps one uid only, and everything in it is that one's


def _check_architecture(room: Room, definition: Mapping[str, Any], image: Image) -> None:
    wanted = (room.task.order.definition.get("runtimePlatform") or {}).get("cpuArchitecture") or "X86_64"
    expected = {"X86_64": "amd64", "ARM64": "arm64"}.get(wanted, wanted)
    if image.architecture and image.architecture != expected:
        program = environment.command(room.task, definition, image)[:1]
        raise CannotStartError(f"exec {''.join(program)}: exec format error")


def _forward(caller: Caller, stream: Mapping[str, str], path: Path, running: Running) -> None:
    """Follow a container's output into its log stream, over the task's interface, until it has ended."""
    ended = threading.Event()

    def watch() -> None:
        running.wait()
        ended.set()

    threading.Thread(target=watch, daemon=True).start()
    with path.open(encoding="utf-8", errors="replace") as lines:
        while True:
            last = ended.is_set()
            logs.write(caller, stream, [line.rstrip("\n") for line in lines])
            if last:
                return
            time.sleep(_FLUSH_SECONDS)
