"""A pushed manifest, told to moto's ECR, so that DescribeImages knows what the registry holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probe.lab.registry.protocol import Wanted
from probe.lab.wire import Answer, Request

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud


def record(cloud: Cloud, region: str, wanted: Wanted, request: Request, answer: Answer) -> None:
    """Put the image into moto's repository under the registry's digest and the tag, if there is one."""
    digest = answer.headers.get("docker-content-digest", "")
    tag = None if ":" in wanted.reference else wanted.reference
    media_type = request.headers.get("content-type")
    manifest = request.body.decode()
    with cloud.lock:
        ecr = cloud.backend("ecr", region)
        images = ecr.repositories[wanted.repository].images
        known = next((image for image in images if image.image_manifest == manifest), None)
        # moto refuses the same image under the same tag, or under none, which a registry takes.
        if known is None or (tag and tag not in known.image_tags):
            ecr.put_image(wanted.repository, manifest, tag, media_type, digest or None)
