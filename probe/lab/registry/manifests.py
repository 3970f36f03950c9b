"""A pushed manifest, told to moto's ECR, so that DescribeImages knows what the registry holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from probe.lab.names import Place
from probe.lab.registry.protocol import Wanted

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud


def record(cloud: Cloud, place: Place, wanted: Wanted, body: bytes, headers: Mapping[str, str]) -> None:
    """Put an image into moto's repository under the tag, if there is one.

    ``headers`` tell its digest and kind, as registries do.
    """
    digest, media_type = headers.get("docker-content-digest", ""), headers.get("content-type")
    tag = None if ":" in wanted.reference else wanted.reference
    manifest = body.decode()
    with cloud.lock:
        ecr = cloud.backend("ecr", place.region, place.label)
        images = ecr.repositories[wanted.repository].images
        known = next((image for image in images if image.image_manifest == manifest), None)
        untag(ecr.repositories[wanted.repository], tag)
        # moto refuses a known image without a tag, which a registry takes.
        if known is None or tag:
            ecr.put_image(wanted.repository, manifest, tag, media_type, digest or None)


def untag(repository: Any, tag: str | None) -> None:
    """Take a tag from the image that has it; moto deletes that image when the tag is given to another."""
    for image in repository.images:
        if tag in image.image_tags:
            image.image_tags.remove(tag)
            image.image_tag = next(iter(image.image_tags), None)


def digest(repository: Any, reference: str) -> str | None:
    """The digest of the image that a repository has under a tag or a digest."""
    found = (
        image
        for image in repository.images
        if reference in image.image_tags or reference == image.get_image_digest()
    )
    return next((str(image.get_image_digest()) for image in found), None)
