"""RegisterTaskDefinition's own validation, which moto lacks: what ECS refuses before anything runs.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from probe.lab.api.errors import ApiError
from probe.lab.fargate.images import parse

SIZE_LIMIT = 65_536
MOST_CONTAINERS = 10
_GIB = 1024

_SIZE = re.compile(r"(\d+\.?\d*|\.\d+)\s*(vcpu|gb)?", re.IGNORECASE)

_REQUIRES = "Fargate requires task definition to have execution role ARN to support"
_NO_ROLE_FOR_SECRETS = (
    "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'."
)
_NO_ROLE_FOR_CREDENTIALS = (
    "Private repository authentication requires that the task definition "
    "specify a value for executionRoleArn."
)

Definition = Mapping[str, Any]


def _steps(first: int, last: int, step: int = 1) -> tuple[int, ...]:
    return tuple(gib * _GIB for gib in range(first, last + 1, step))


MEMORY_OF_CPU = {
    256: (512, 1024, 2048),
    512: _steps(1, 4),
    1024: _steps(2, 8),
    2048: _steps(4, 16),
    4096: _steps(8, 30),
    8192: _steps(16, 60, 4),
    16384: _steps(32, 120, 8),
}
"""MiB that Fargate offers for each number of CPU units."""


def check(definition: Definition) -> None:
    """Raise the ApiError that ECS answers; return when it would register the definition."""
    for complaint in _complaints(definition):
        raise ApiError("ClientException", complaint)
    system = (definition.get("runtimePlatform") or {}).get("operatingSystemFamily") or "LINUX"
    if system != "LINUX":
        raise ApiError("NotImplemented", f"the lab lacks this: tasks of {system}", 501)


def check_size(definition: Definition) -> None:
    """Raise the ApiError of a task whose CPU and memory no Fargate task has."""
    for complaint in _size(definition):
        raise ApiError("ClientException", complaint)


def sizes(definition: Definition) -> dict[str, str]:
    """A task's CPU units and MiB as ECS shows them, whichever way they were written."""
    factors = {"cpu": 1024, "memory": _GIB}
    return {
        key: str(_units(definition[key], factor)) for key, factor in factors.items() if definition.get(key)
    }


def roles(definition: Definition, account: str) -> dict[str, str]:
    """The roles as ECS shows them: by ARN, also where they were given by name, as ``Ref`` in a template does.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
    """
    given = {key: str(definition[key]) for key in ("taskRoleArn", "executionRoleArn") if definition.get(key)}
    named = {key: role for key, role in given.items() if not role.startswith("arn:")}
    return {key: f"arn:aws:iam::{account}:role/{role}" for key, role in named.items()}


def fits_fargate(definition: Definition) -> bool:
    """Whether Fargate could run a definition, whether it asks for that or not."""
    return not any(_fargate(definition, definition.get("containerDefinitions") or []))


def _complaints(definition: Definition) -> Iterator[str]:
    size = len(json.dumps(definition, separators=(",", ":"), default=str).encode())
    if size > SIZE_LIMIT:
        yield f"Actual length: '{size}'. Max allowed length is '{SIZE_LIMIT}' bytes."
    containers = definition.get("containerDefinitions") or []
    if not containers:
        yield "Container definitions should not be empty."
    if len(containers) > MOST_CONTAINERS:
        yield f"Task definitions can have at most {MOST_CONTAINERS} container definitions."
    yield from _names(containers)
    yield from _dependencies(containers)
    yield from _volumes(definition, containers)
    if "FARGATE" in (definition.get("requiresCompatibilities") or ()):
        yield from _fargate(definition, containers)


def _names(containers: list[Definition]) -> Iterator[str]:
    names = [one.get("name") for one in containers]
    for one in containers:
        if not one.get("name"):
            yield "Container.name should not be null or empty."
        if not one.get("image"):
            yield "Container.image should not be null or empty."
    for name in names:
        if names.count(name) > 1:
            yield f"Container name '{name}' is not unique within the task definition."
    if containers and not any(one.get("essential", True) for one in containers):
        yield "At least one container must be marked as essential."


def _dependencies(containers: list[Definition]) -> Iterator[str]:
    by_name = {one.get("name"): one for one in containers}
    graph: dict[str, set[str]] = {}
    for one in containers:
        for dependency in one.get("dependsOn") or ():
            on, condition = dependency.get("containerName"), dependency.get("condition")
            where = f"Invalid setting for container '{one['name']}'."
            if on not in by_name:
                yield f"{where} The container '{on}' in its dependsOn does not exist in the task definition."
                return
            if condition in ("COMPLETE", "SUCCESS") and by_name[on].get("essential", True):
                yield f"{where} The essential container '{on}' cannot have the condition {condition}."
            if condition == "HEALTHY" and not by_name[on].get("healthCheck"):
                yield f"{where} A dependency on '{on}' with the condition HEALTHY needs a health check there."
            graph.setdefault(str(one["name"]), set()).add(str(on))
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield f"The container dependencies have a cycle: {' -> '.join(error.args[1])}."


def _volumes(definition: Definition, containers: list[Definition]) -> Iterator[str]:
    known = {one.get("name") for one in definition.get("volumes") or ()}
    for one in containers:
        for mount in one.get("mountPoints") or ():
            if mount.get("sourceVolume") not in known:
                unknown = mount.get("sourceVolume")
                yield f"Invalid setting for container '{one['name']}'. Unknown volume '{unknown}'."
    for volume in definition.get("volumes") or ():
        efs = volume.get("efsVolumeConfiguration") or {}
        if efs.get("authorizationConfig") and efs.get("transitEncryption") != "ENABLED":
            yield "EFS authorization requires transitEncryption to be ENABLED."


def _fargate(definition: Definition, containers: list[Definition]) -> Iterator[str]:
    if definition.get("networkMode") != "awsvpc":
        yield "Fargate only supports network mode 'awsvpc'."
    for key in ("cpu", "memory"):
        if not definition.get(key):
            yield f"Fargate requires that '{key}' be defined at the task level."
    yield from _size(definition)
    yield from _networking(containers)
    yield from _unsupported(definition, containers)
    if not definition.get("executionRoleArn"):
        yield from _without_execution_role(containers)


def _size(definition: Definition) -> Iterator[str]:
    cpu, memory = _units(definition.get("cpu"), 1024), _units(definition.get("memory"), _GIB)
    if memory not in MEMORY_OF_CPU.get(cpu, ()):
        yield (
            f"No Fargate configuration exists for given values: {cpu} CPU, {memory} memory. "
            "See the Amazon ECS documentation for the valid values."
        )


def _units(text: Any, factor: int) -> int:
    """CPU units or MiB; ECS also takes ``1 vCPU`` and ``2 GB``.  0 for what it cannot read."""
    found = _SIZE.fullmatch(str(text or "").strip())
    if found is None:
        return 0
    return int(float(found[1]) * (factor if found[2] else 1))


def _networking(containers: list[Definition]) -> Iterator[str]:
    """What a task with an interface of its own cannot have."""
    for one in containers:
        if one.get("links"):
            yield "Links are not supported when networkMode=awsvpc"
        for port in one.get("portMappings") or ():
            if port.get("hostPort") not in (None, 0, port.get("containerPort")):
                yield (
                    "When networkMode=awsvpc, the host ports and container ports in port mappings must match."
                )


def _unsupported(definition: Definition, containers: list[Definition]) -> Iterator[str]:
    """What Fargate has not.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
    """
    volumes = definition.get("volumes") or ()
    parts = {
        ("ipcMode",): [definition],
        ("privileged", "dockerSecurityOptions"): containers,
        ("devices", "sharedMemorySize", "maxSwap"): [one.get("linuxParameters") or {} for one in containers],
        ("dockerVolumeConfiguration",): volumes,
        ("sourcePath",): [one.get("host") or {} for one in volumes],
    }
    for names, places in parts.items():
        for name in names:
            if any(place.get(name) for place in places):
                yield f"Fargate compatible task definitions do not support {name}"


def _without_execution_role(containers: list[Definition]) -> Iterator[str]:
    for one in containers:
        driver = (one.get("logConfiguration") or {}).get("logDriver")
        if parse(str(one.get("image") or "")).ecr:
            yield f"{_REQUIRES} ECR images."
        if driver in ("awslogs", "splunk", "awsfirelens"):
            yield f"{_REQUIRES} log driver {driver}."
        if one.get("secrets") or (one.get("logConfiguration") or {}).get("secretOptions"):
            yield _NO_ROLE_FOR_SECRETS
        if one.get("repositoryCredentials"):
            yield _NO_ROLE_FOR_CREDENTIALS
