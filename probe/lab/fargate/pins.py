"""The image digests that a service revision pins: what its first task found is what every later one pulls.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html#deployment-container-image-stability
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from probe.lab.fargate import images
from probe.lab.fargate.deployments import Service

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

Json = Mapping[str, Any]


def written(definition: Json) -> tuple[Json, ...]:
    """The images of containers that want one version, as the definition has them, nothing pinned yet."""
    return tuple(
        {"containerName": one["name"], "image": one["image"]}
        for one in definition["containerDefinitions"]
        if one.get("versionConsistency") != "disabled"
    )


def seen(cloud: Cloud, definition: Json) -> tuple[Json, ...]:
    """The same, with the digests that ECR's tags mean at this moment."""
    return tuple(_with(one, _digest(cloud, one["image"])) for one in written(definition))


def found(pinned: tuple[Json, ...], digests: Mapping[str, str]) -> tuple[Json, ...]:
    """The same, with the digest that each container's pull came to."""
    return tuple(_with(one, digests.get(one["containerName"], "")) for one in pinned)


def kept(cloud: Cloud, service: Service) -> Service:
    """A service of a world that begins to hold, with the pins of images that were changed in the meantime.

    A tag that means something else than when the service was made has been pushed after the deployment; where
    it means the same, the first task is still to pull it.
    """
    images = (one if one.get("imageDigest") != _digest(cloud, one["image"]) else _with(one, "")
              for one in service.current.images)  # fmt: skip
    return service.with_current(images=tuple(images))


def applied(definition: Json, pinned: tuple[Json, ...]) -> Json:
    """The definition with every image at its pinned digest."""
    digests = {one["containerName"]: one.get("imageDigest") for one in pinned}
    containers = [
        {**one, "image": _at(one["image"], digests.get(one["name"]) or "")}
        for one in definition["containerDefinitions"]
    ]
    return {**definition, "containerDefinitions": containers}


def _at(image: str, digest: str) -> str:
    return f"{image}@{digest}" if digest and "@" not in image else image


def _with(one: Json, digest: str) -> Json:
    plain = {name: value for name, value in one.items() if name != "imageDigest"}
    return {**plain, "imageDigest": digest} if digest else plain


def _digest(cloud: Cloud, image: str) -> str:
    reference = images.parse(image)
    account, region = reference.ecr or ("", "")
    return cloud.registry.digest(account, region, reference.repository, reference.selector) or ""
