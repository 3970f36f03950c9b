"""A task as ECS tells it: frozen values, and the JSON of DescribeTasks.

What changes over a task's life is replaced as a whole in the ``ledger``; nothing here does anything.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from probe.lab.fargate import health

ORDER = (
    "PROVISIONING",
    "PENDING",
    "ACTIVATING",
    "RUNNING",
    "DEACTIVATING",
    "STOPPING",
    "DEPROVISIONING",
    "STOPPED",
)


@dataclass(frozen=True, kw_only=True)
class Interface:
    """A task's elastic network interface; ``public`` is its public address, if it was given one."""

    attachment: str
    eni: str
    subnet: str
    mac: str
    address: str
    dns_name: str
    public: str = ""
    status: str = "ATTACHED"

    def as_attachment(self) -> dict[str, Any]:
        details = {
            "subnetId": self.subnet,
            "networkInterfaceId": self.eni,
            "macAddress": self.mac,
            "privateDnsName": self.dns_name,
            "privateIPv4Address": self.address,
        }
        return {
            "id": self.attachment,
            "type": "ElasticNetworkInterface",
            "status": self.status,
            "details": [{"name": name, "value": value} for name, value in details.items()],
        }


@dataclass(frozen=True, kw_only=True)
class Container:
    """One container of a task.  ``exit_code`` stays ``None`` for one that never ran."""

    name: str
    arn: str
    image: str
    status: str = "PENDING"
    runtime_id: str = ""
    digest: str = ""
    exit_code: int | None = None
    healthy: str = health.UNKNOWN
    reason: str = ""
    cpu: int = 0
    memory: int | None = None


@dataclass(frozen=True, kw_only=True)
class Order:
    """What was asked for: one task of a RunTask request, or of a service.

    ``definition`` is the task definition's own JSON; ``service`` is the service's name or "".
    """

    cluster_arn: str
    definition: Mapping[str, Any] = field(repr=False)
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    public: bool
    overrides: Mapping[str, Any] = field(repr=False)
    group: str
    started_by: str = ""
    launch_type: str = ""
    capacity_provider: str = ""
    platform_version: str = "1.4.0"
    tags: tuple[Mapping[str, str], ...] = ()
    service: str = ""

    @property
    def execution_role(self) -> str:
        return str(self.overrides.get("executionRoleArn") or self.definition.get("executionRoleArn") or "")

    @property
    def task_role(self) -> str:
        return str(self.overrides.get("taskRoleArn") or self.definition.get("taskRoleArn") or "")


@dataclass(frozen=True, kw_only=True)
class Task:
    """One task.  ``times`` are seconds since the epoch under the names that DescribeTasks uses."""

    id: str
    arn: str
    order: Order
    containers: tuple[Container, ...]
    zone: str = ""
    status: str = "PROVISIONING"
    desired: str = "RUNNING"
    times: Mapping[str, float] = field(default_factory=dict)
    interface: Interface | None = None
    stop_code: str = ""
    stopped_reason: str = ""
    version: int = 1

    @property
    def cluster(self) -> str:
        return self.order.cluster_arn.rsplit("/", 1)[-1]


def runtime_id(task_id: str, container: str) -> str:
    """Fargate's id of a container, which is also its token in the metadata address."""
    return f"{task_id}-{zlib.crc32(container.encode())}"


def as_json(task: Task, *, tags: bool = False) -> dict[str, Any]:
    """The task as DescribeTasks answers it.  What ECS leaves out, this leaves out too."""
    order, definition = task.order, task.order.definition
    found: dict[str, Any] = {
        "taskArn": task.arn,
        "clusterArn": order.cluster_arn,
        "taskDefinitionArn": definition["taskDefinitionArn"],
        "group": order.group,
        "availabilityZone": task.zone or None,
        "lastStatus": task.status,
        "desiredStatus": task.desired,
        "connectivity": "CONNECTED" if "connectivityAt" in task.times else None,
        "containers": [_container(task, one) for one in task.containers],
        "attachments": [task.interface.as_attachment()] if task.interface else [],
        "attributes": [{"name": "ecs.cpu-architecture", "value": _architecture(definition)}],
        "cpu": str(order.overrides.get("cpu") or definition.get("cpu") or ""),
        "memory": str(order.overrides.get("memory") or definition.get("memory") or ""),
        "ephemeralStorage": definition.get("ephemeralStorage") or {"sizeInGiB": 20},
        "enableExecuteCommand": False,
        "healthStatus": health.of_task(definition, {one.name: one.healthy for one in task.containers}),
        "launchType": order.launch_type or "FARGATE",
        "capacityProviderName": order.capacity_provider or None,
        "overrides": _overrides(task),
        "platformVersion": order.platform_version,
        "platformFamily": "Linux",
        "startedBy": order.started_by or None,
        "stopCode": task.stop_code or None,
        "stoppedReason": task.stopped_reason or None,
        "version": task.version,
        "tags": list(order.tags) if tags else [],
        **{name: datetime.fromtimestamp(seconds, UTC) for name, seconds in task.times.items()},
    }
    return {name: value for name, value in found.items() if value is not None}


def _architecture(definition: Mapping[str, Any]) -> str:
    return str((definition.get("runtimePlatform") or {}).get("cpuArchitecture") or "X86_64").lower()


def _container(task: Task, one: Container) -> dict[str, Any]:
    found: dict[str, Any] = {
        "containerArn": one.arn,
        "taskArn": task.arn,
        "name": one.name,
        "image": one.image,
        "imageDigest": one.digest or None,
        "runtimeId": one.runtime_id or None,
        "lastStatus": one.status,
        "exitCode": one.exit_code,
        "reason": one.reason or None,
        "networkInterfaces": _interfaces(task),
        "healthStatus": one.healthy,
        "cpu": str(one.cpu),
        "memory": str(one.memory) if one.memory else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _interfaces(task: Task) -> list[dict[str, str]]:
    if task.interface is None:
        return []
    return [{"attachmentId": task.interface.attachment, "privateIpv4Address": task.interface.address}]


def _overrides(task: Task) -> dict[str, Any]:
    """Every container appears among the overrides, whether it was overridden or not."""
    given = {one["name"]: one for one in task.order.overrides.get("containerOverrides") or ()}
    every = [given.get(one.name, {"name": one.name}) for one in task.containers]
    return {"inferenceAcceleratorOverrides": [], **task.order.overrides, "containerOverrides": every}
