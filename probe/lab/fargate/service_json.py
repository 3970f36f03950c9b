"""How ECS tells services, deployments and revisions: the JSON of its Describe and List answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from probe.lab.fargate.deployments import REVISED_BY, Deployment, Service

Json = Mapping[str, Any]


def revision_arn(service: Service, deployment: Deployment) -> str:
    return service.arn.replace(":service/", ":service-revision/") + f"/{deployment.revision}"


def deployment_arn(service: Service, deployment: Deployment) -> str:
    return service.arn.replace(":service/", ":service-deployment/") + f"/{deployment.id.rsplit('/', 1)[-1]}"


def stamp(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def present(found: Json) -> dict[str, Any]:
    """Only what there is: ECS leaves absent fields out."""
    return {name: value for name, value in found.items() if value is not None}


def told(service: Service, running: int, pending: int) -> dict[str, Any]:
    """What DescribeServices says besides what moto knows."""
    current = service.current
    settings = service.settings
    return {
        **_pinned(settings),
        "status": "ACTIVE" if service.active else "INACTIVE",
        "desiredCount": int(settings.get("desiredCount") or 0),
        "runningCount": running,
        "pendingCount": pending,
        "deploymentConfiguration": settings.get("deploymentConfiguration") or _DEFAULTS,
        "deployments": [_deployment(service, one, running, pending) for one in _visible(service)],
        "events": list(service.events),
        "createdAt": stamp(service.deployments[-1].created),
        "currentServiceDeployment": deployment_arn(service, current),
        "currentServiceRevisions": [
            {
                "arn": revision_arn(service, current),
                "requestedTaskCount": int(settings.get("desiredCount") or 0),
                "runningTaskCount": running,
                "pendingTaskCount": pending,
            }
        ],
        "enableExecuteCommand": bool(settings.get("enableExecuteCommand")),
    }


_DEFAULTS = {
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
}


def _visible(service: Service) -> tuple[Deployment, ...]:
    """A deployment disappears from a service once a newer one is complete."""
    return service.deployments[:1] if service.current.rollout == "COMPLETED" else service.deployments[:2]


def _deployment(service: Service, one: Deployment, running: int, pending: int) -> dict[str, Any]:
    primary = one is service.current
    return {
        **_pinned(one.settings),
        "id": one.id,
        "status": "PRIMARY" if primary else "ACTIVE",
        "desiredCount": int(one.settings.get("desiredCount") or 0) if primary else 0,
        "runningCount": running if primary else 0,
        "pendingCount": pending if primary else 0,
        "failedTasks": one.failed_tasks,
        "createdAt": stamp(one.created),
        "updatedAt": stamp(one.finished or one.created),
        "rolloutState": one.rollout,
        "rolloutStateReason": one.rollout_reason,
    }


def _pinned(settings: Json) -> dict[str, Any]:
    found = {name: settings.get(name) or None for name in REVISED_BY}
    version = settings.get("platformVersion")
    return present({**found, "platformVersion": version or "LATEST", "platformFamily": "Linux"})


def revision_json(service: Service, one: Deployment) -> dict[str, Any]:
    """One service revision: what DescribeServiceRevisions answers."""
    pinned = _pinned(one.settings)
    version = pinned["platformVersion"]
    return {
        **pinned,
        "platformVersion": "1.4.0" if version == "LATEST" else version,
        "serviceRevisionArn": revision_arn(service, one),
        "serviceArn": service.arn,
        "clusterArn": service.cluster_arn,
        "containerImages": list(one.images),
        "guardDutyEnabled": False,
        "createdAt": stamp(one.created),
    }


def status_of(service: Service, one: Deployment) -> str:
    """A service deployment's own state: what became of it, and of the rollback that followed."""
    undone = next((later for later in service.deployments if later.undoes == one.id), None)
    if undone:
        return _UNDONE[undone.rollout]
    if one.rollout == "IN_PROGRESS" and one is service.current:
        return "IN_PROGRESS"
    return "SUCCESSFUL" if one.rollout == "COMPLETED" else "STOPPED"


_UNDONE = {
    "COMPLETED": "ROLLBACK_SUCCESSFUL",
    "FAILED": "ROLLBACK_FAILED",
    "IN_PROGRESS": "ROLLBACK_IN_PROGRESS",
}


def brief_json(service: Service, one: Deployment) -> dict[str, Any]:
    """One line of ListServiceDeployments."""
    return present(
        {
            "serviceDeploymentArn": deployment_arn(service, one),
            "serviceArn": service.arn,
            "clusterArn": service.cluster_arn,
            "createdAt": stamp(one.created),
            "startedAt": stamp(one.created),
            "finishedAt": stamp(one.finished),
            "targetServiceRevisionArn": revision_arn(service, one),
            "status": status_of(service, one),
            "statusReason": one.rollout_reason,
        }
    )


def full_json(service: Service, one: Deployment) -> dict[str, Any]:
    """What DescribeServiceDeployments answers."""
    brief = brief_json(service, one)
    target = brief.pop("targetServiceRevisionArn")
    earlier = service.deployments[service.deployments.index(one) + 1 :]
    undone = next((later for later in service.deployments if later.undoes == one.id), None)
    rollback = undone and {
        "reason": "Service deployment rolled back because of the deployment circuit breaker.",
        "startedAt": stamp(undone.created),
        "serviceRevisionArn": revision_arn(service, undone),
    }
    return present(
        {
            **brief,
            "updatedAt": stamp(one.finished or one.created),
            "targetServiceRevision": {
                "arn": target,
                "requestedTaskCount": int(one.settings.get("desiredCount") or 0),
            },
            "sourceServiceRevisions": [{"arn": revision_arn(service, source)} for source in earlier[:1]],
            "deploymentConfiguration": one.settings.get("deploymentConfiguration") or _DEFAULTS,
            "rollback": rollback or None,
        }
    )
