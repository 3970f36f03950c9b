"""Services, their deployments and the revisions these pin: frozen values, and how they change."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

Json = Mapping[str, Any]

REVISED_BY = (
    "taskDefinition",
    "networkConfiguration",
    "platformVersion",
    "capacityProviderStrategy",
    "launchType",
    "serviceConnectConfiguration",
)
"""The settings that a service revision pins; a change of any makes a new deployment."""

_EVENTS_KEPT = 100


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """One deployment of a service.

    ``rollout`` is IN_PROGRESS, COMPLETED or FAILED; ``images`` are the digests that its first tasks resolved.
    ``undoes`` is the deployment whose failure it rolls back, or "": to ECS a rollback is part of the *service
    deployment* that failed, and takes the earlier ``revision`` up again.
    """

    id: str
    revision: str
    settings: Json = field(repr=False)
    created: float
    rollout: str = "IN_PROGRESS"
    rollout_reason: str = ""
    failed_tasks: int = 0
    images: tuple[Json, ...] = ()
    undoes: str = ""
    finished: float | None = None


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service.  ``deployments`` has the newest first; ``settings`` is what was last asked for."""

    arn: str
    cluster_arn: str
    settings: Json = field(repr=False)
    deployments: tuple[Deployment, ...] = ()
    events: tuple[Json, ...] = ()
    active: bool = True

    @property
    def name(self) -> str:
        return self.arn.rsplit("/", 1)[-1]

    @property
    def origin(self) -> str:
        """The id of its first deployment: a later service of the same name has another."""
        return self.deployments[-1].id

    @property
    def current(self) -> Deployment:
        return self.deployments[0]

    @property
    def desired(self) -> int:
        return int(self.settings.get("desiredCount") or 0) if self.active else 0

    def saying(self, message: str) -> Service:
        """The service with one more event, newest first."""
        event = {
            "id": str(uuid.uuid4()),
            "createdAt": datetime.now(UTC),
            "message": f"(service {self.name}) {message}",
        }
        return replace(self, events=(event, *self.events)[:_EVENTS_KEPT])

    def with_current(self, **fields: Any) -> Service:
        """The service with fields of its newest deployment replaced."""
        return replace(self, deployments=(replace(self.current, **fields), *self.deployments[1:]))


def deploy(service: Service, settings: Json) -> Service:
    """The service with a new deployment of these settings on top."""
    new = Deployment(id=_id(), revision=_number(), settings=dict(settings), created=time.time())
    return _with(service, new, f"ECS deployment {new.id} in progress.")


def roll_back(service: Service, earlier: Deployment) -> Service:
    """The service with its newest deployment undone by an earlier one's revision."""
    new = replace(
        earlier,
        id=_id(),
        created=time.time(),
        rollout="IN_PROGRESS",
        failed_tasks=0,
        finished=None,
        undoes=service.current.id,
    )
    why = f"ECS deployment circuit breaker: rolling back to deploymentId {earlier.id}."
    return _with(service, new, why)


def _id() -> str:
    return f"ecs-svc/{_number()}"


def _number() -> str:
    return str(uuid.uuid4().int)[:19]


def _with(service: Service, new: Deployment, reason: str) -> Service:
    new = replace(new, rollout_reason=reason)
    return replace(service, settings=dict(new.settings), deployments=(new, *service.deployments))
