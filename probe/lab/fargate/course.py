"""The life of one task: PROVISIONING, PENDING, RUNNING, DEPROVISIONING, STOPPED.

One thread a task goes through it all: its roles, its interface, the agent's steps, its containers, and at the
end the interface's deletion.  Between the interface's making and its deletion the thread is in its namespace.
"""

from __future__ import annotations

import ssl
import sys
import uuid
from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from probe.lab import dhcp, interfaces, netns
from probe.lab.fargate import agent, containers, crew, interface, metadata, stops, volumes
from probe.lab.fargate.calls import Caller
from probe.lab.fargate.dial import AbandonedError, Line
from probe.lab.fargate.ledger import Ledger
from probe.lab.fargate.names import Server
from probe.lab.fargate.runtime import Runtime
from probe.lab.fargate.tasks import Interface, Task, runtime_id
from probe.lab.iam import Credentials, NotAssumable

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

TRUSTED = "ecs-tasks.amazonaws.com"
STAGE_SECONDS = 90.0
"""How long a stage of Fargate's agent waits for a silent peer, all its tries together."""

PACE = 36.0
"""How much faster the lab's agent gives up by default: a dead stage costs 2.5 seconds."""


@dataclass(frozen=True, kw_only=True)
class Yard:
    """Where tasks run: the cloud they belong to, the book they stand in, the runtime, and the lab's files."""

    cloud: Cloud
    ledger: Ledger
    runtime: Runtime
    authorities: Path
    workdir: Path
    verbose: bool = False


def run(yard: Yard, task_id: str) -> None:
    """Take a task from PROVISIONING to STOPPED.  What stops it early becomes its stop reason."""
    task = yard.ledger.task(task_id)
    subnet = place(yard.ledger, task)
    try:
        roles = _roles(yard, task)
        yard.ledger.advance(task_id, zone=interface.zone(yard.cloud, subnet))
        made = interface.attach(yard.cloud, task, subnet)
        yard.ledger.advance(task_id, "PENDING", "connectivityAt", interface=made)
        _inside(yard, task_id, made, roles)
    except stops.StartError as failure:
        yard.ledger.order_stop(task_id, "TaskFailedToStart", failure.reason)
    except AbandonedError:
        pass  # the stop is in the ledger already, with its reason
    finally:
        _leave(yard, task_id)


def place(ledger: Ledger, task: Task) -> str:
    """The subnet with the fewest tasks of the same group: ECS spreads them.  Of equal ones the first.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-strategies.html
    """
    others = (one for one in ledger.all() if one.order.group == task.order.group and one.desired == "RUNNING")
    taken = Counter(one.interface.subnet for one in others if one.interface is not None)
    return min(task.order.subnets, key=lambda subnet: taken[subnet])


@dataclass(frozen=True)
class _Roles:
    execution: Credentials | None
    task: Credentials | None


def _roles(yard: Yard, task: Task) -> _Roles:
    """The sessions of both roles; a role that does not trust ECS stops the task."""
    assume = partial(_assume, yard, task)
    return _Roles(assume(task.order.execution_role), assume(task.order.task_role))


def _assume(yard: Yard, task: Task, role: str) -> Credentials | None:
    if not role:
        return None
    try:
        return yard.cloud.iam.assume(role, TRUSTED, task.id)
    except NotAssumable:
        raise stops.role_not_assumable(role) from None


def _inside(yard: Yard, task_id: str, made: Interface, roles: _Roles) -> None:
    """The agent's steps and the containers, in the task's namespace."""
    servers, resolv_conf = dhcp.resolv_conf(yard.cloud, made.subnet)
    line = Line(
        name_servers=tuple(map(Server, servers)),
        trust=ssl.create_default_context(cafile=str(yard.authorities)),
        stage=STAGE_SECONDS / (yard.cloud.faults.pace_factor or PACE),
    )
    caller = Caller(line=line, keys=roles.execution)
    with netns.in_namespace(made.eni):
        prepared = agent.prepare(
            _errand(yard, task_id, caller, roles.task), partial(_pull_started, yard, task_id)
        )
        task = yard.ledger.advance(task_id, "", "pullStoppedAt")
        _note_digests(yard, task_id, prepared)
        if task.desired != "STOPPED":
            _occupy(yard, _room(yard, task, prepared, caller, roles), made, roles, resolv_conf)


def _errand(yard: Yard, task_id: str, caller: Caller, role: Credentials | None) -> agent.Errand:
    definition = yard.ledger.task(task_id).order.definition
    architecture = (definition.get("runtimePlatform") or {}).get("cpuArchitecture") or "X86_64"
    return agent.Errand(
        task_id=task_id,
        definition=definition,
        region=yard.cloud.region,
        platform="linux/arm64" if architecture == "ARM64" else "linux/amd64",
        caller=replace(caller, line=replace(caller.line, wanted=lambda: _wanted(yard, task_id))),
        admits=volumes.admits(yard.cloud, role),
    )


def _wanted(yard: Yard, task_id: str) -> bool:
    return yard.ledger.task(task_id).desired == "RUNNING"


def _pull_started(yard: Yard, task_id: str) -> None:
    yard.ledger.advance(task_id, "", "pullStartedAt")


def _note_digests(yard: Yard, task_id: str, prepared: agent.Prepared) -> None:
    for name, image in prepared.images.items():
        yard.ledger.set_container(task_id, name, digest=image.digest)


def _room(yard: Yard, task: Task, prepared: agent.Prepared, caller: Caller, roles: _Roles) -> containers.Room:
    return containers.Room(
        task=task,
        prepared=prepared,
        caller=caller,
        runtime=yard.runtime,
        namespace=task.interface.eni if task.interface else "",
        folder=yard.workdir / task.id,
        authorities=yard.authorities,
        region=yard.cloud.region,
        tokens={one.name: runtime_id(task.id, one.name) for one in task.containers},
        credentials_token=str(uuid.uuid4()) if roles.task else "",
    )


def _occupy(yard: Yard, room: containers.Room, made: Interface, roles: _Roles, resolv_conf: str) -> None:
    """Run the containers to their end, with the task's link-local servers beside them."""
    task = room.task
    desk = metadata.Desk(
        task=lambda: yard.ledger.task(task.id),
        containers={token: name for name, token in room.tokens.items()},
        credentials_token=room.credentials_token,
        credentials=roles.task,
        role_arn=task.order.task_role,
    )
    containers.furnish(room, resolv_conf, interface.hosts(made))
    with metadata.serving(made.eni, desk):
        crew.work(
            crew.Crew(
                task_id=task.id,
                ledger=yard.ledger,
                definitions=tuple(task.order.definition["containerDefinitions"]),
                start=partial(containers.start, room),
                pace=yard.cloud.faults.pace_factor or PACE,
            )
        )
        containers.drain(room)
    if yard.verbose:
        _show_output(room)


def _show_output(room: containers.Room) -> None:
    for one in room.task.containers:
        path = containers.output(room, one.name)
        for line in path.read_text(errors="replace").splitlines() if path.exists() else ():
            sys.stderr.write(f"lab: task {room.task.id[:8]} {one.name}: {line}\n")


def _leave(yard: Yard, task_id: str) -> None:
    """The way out, the same for a task that ran, one that never did, and one that the lab itself failed."""
    yard.ledger.order_stop(task_id, "TaskFailedToStart", "InternalError: the task's thread ended early")
    task = yard.ledger.advance(task_id, "DEPROVISIONING", "stoppingAt", "executionStoppedAt")
    if task.interface:
        interfaces.remove(yard.cloud, task.interface.eni)
        yard.ledger.advance(task_id, interface=replace(task.interface, status="DELETED"))
    for one in task.containers:
        yard.ledger.set_container(task_id, one.name, status="STOPPED")
    yard.ledger.advance(task_id, "STOPPED", "stoppedAt")
