"""What the service is, and what must work for it to start."""

from __future__ import annotations

from typing import Any

import msgspec

from probe.model.noun import Noun
from probe.model.words import RequirementKind


class Stop(Noun, kw_only=True):
    """One stopped task of the failing service, as ``DescribeTasks`` tells it."""

    task: str
    reason: str
    code: str | None = None
    stopped_at: str | None = None
    container_reasons: tuple[str, ...] = ()


class Spec(Noun, kw_only=True):
    """All that decides reachability of a service, as its failing revision has it.

    ``service`` and ``task_definition`` are ``None`` where a VPC is probed that has no service yet.
    ``images`` maps a container to the image that its revision pinned, with digest where there is one.
    ``execute_command`` is what ECS Exec uses besides Session Manager (``kms``, ``log_group``, ``bucket``) and
    ``service_connect`` the ``logConfiguration`` of its proxy; each ``None`` where the service has it not.
    """

    region: str
    account: str
    partition: str = "aws"
    cluster: str
    service: str | None = None
    task_definition: str | None = None
    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]
    assign_public_ip: bool = False
    launch_type: str | None = None
    capacity_providers: tuple[str, ...] = ()
    platform_version: str | None = None
    architecture: str = "X86_64"
    operating_system: str = "LINUX"
    execution_role: str | None = None
    task_role: str | None = None
    images: dict[str, str] = msgspec.field(default_factory=dict)
    stops: tuple[Stop, ...] = ()
    execute_command: dict[str, str] | None = None
    service_connect: dict[str, Any] | None = None


class Correction(Noun, kw_only=True):
    """A pair in a definition's JSON, and the pairs that should stand in its place.

    ``written`` is the value as it stands; absent, any value of that key is meant.
    """

    key: str
    written: str | None = None
    instead: dict[str, str]


class Requirement(Noun, kw_only=True):
    """One thing that must work for the task to start.

    ``reference`` is what the definition wrote; ``variable`` is the environment variable or option it
    fills; ``hosts`` are the bare names that must be reachable through the task's interface.
    ``details`` holds what the kind needs besides (``group``, ``prefix``, ``create_group``; ``transport``,
    ``gates_start``; ``access_point``, ``iam``), never a value.
    ``corrections`` are what the definition can only have meant where it is wrong.
    """

    kind: RequirementKind
    container: str
    reference: str
    region: str
    hosts: tuple[str, ...] = ()
    variable: str | None = None
    details: dict[str, str] = msgspec.field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
