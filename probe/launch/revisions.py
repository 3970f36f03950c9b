"""Which revision of a service failed: the thing to be like.

After a circuit breaker's rollback the live service is healthy again, and what failed is another
deployment; a service revision also pins the digests of its images.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from probe import references
from probe.launch import companions
from probe.launch.refusals import FAILURES, in_one_line
from probe.launch.telling import Tell
from probe.model import Noun

_ROLLED_BACK = frozenset(
    {"ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"}
)


class Revision(Noun, kw_only=True):
    """A revision of a service; ``images`` are pinned ones by container.

    ``service_connect`` is the log configuration of Service Connect's proxy, ``None`` where there is none.
    """

    task_definition: str
    network: dict[str, Any]
    launch_type: str | None = None
    capacity_providers: tuple[str, ...] = ()
    platform_version: str | None = None
    images: dict[str, str] = msgspec.field(default_factory=dict)
    service_connect: dict[str, Any] | None = None


def failing(ecs: Any, service: Mapping[str, Any], tell: Tell) -> Revision:
    """The failing revision of a described service.

    That of the latest deployment where service deployments can be read, else the failed or the primary
    deployment that ``DescribeServices`` shows.  ``tell`` hears what could not be read.
    """
    shown = _shown(service)
    latest = _latest_deployment(ecs, service, tell)
    if latest is None:
        return shown
    rolled_back = latest.get("status") in _ROLLED_BACK
    revision = _revision(ecs, str(latest.get("targetServiceRevisionArn")), tell)
    if revision is None or (not rolled_back and revision.task_definition != shown.task_definition):
        return shown
    return revision


def _shown(service: Mapping[str, Any]) -> Revision:
    """What ``DescribeServices`` itself shows: a failed deployment, the primary one, or the service."""
    deployments: Sequence[Mapping[str, Any]] = service.get("deployments") or service.get("taskSets") or []
    failed = [one for one in deployments if one.get("rolloutState") == "FAILED"]
    primary = [one for one in deployments if one.get("status") == "PRIMARY"]
    chosen = next(iter([*failed, *primary]), {})
    return _from(lambda key: chosen.get(key) or service.get(key))


def _latest_deployment(ecs: Any, service: Mapping[str, Any], tell: Tell) -> Mapping[str, Any] | None:
    try:
        answer = ecs.list_service_deployments(
            cluster=service["clusterArn"], service=service["serviceArn"], maxResults=1
        )
    except FAILURES as error:
        tell(f"service deployments could not be read, so a rolled-back one is not seen: {in_one_line(error)}")
        return None
    return next(iter(answer.get("serviceDeployments", [])), None)


def _revision(ecs: Any, arn: str, tell: Tell) -> Revision | None:
    try:
        answer = ecs.describe_service_revisions(serviceRevisionArns=[arn])
    except FAILURES as error:
        tell(
            f"service revision {arn} could not be read, so pinned digests are not known: {in_one_line(error)}"
        )
        return None
    found = next(iter(answer.get("serviceRevisions", [])), None)
    return None if found is None else _from(found.get)


def _from(read: Callable[[str], Any]) -> Revision:
    strategy = read("capacityProviderStrategy") or []
    network = read("networkConfiguration") or {}
    return Revision(
        task_definition=str(read("taskDefinition") or ""),
        network=dict(network.get("awsvpcConfiguration") or {}),
        launch_type=read("launchType"),
        capacity_providers=tuple(item["capacityProvider"] for item in strategy),
        platform_version=read("platformVersion"),
        images=_pinned(read("containerImages") or []),
        service_connect=companions.service_connect(read("serviceConnectConfiguration")),
    )


def _pinned(images: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """By container, the image that the revision pinned: its repository at the digest."""
    return {
        image["containerName"]: at_digest(image["image"], image["imageDigest"])
        for image in images
        if image.get("imageDigest")
    }


def at_digest(written: str, digest: str) -> str:
    """An image's repository at a digest, in place of its tag."""
    image = references.image(written)
    head = f"{image.domain}/{image.path}" if image.domain else image.path
    return f"{head}@{digest}"
