"""The tag was pushed again after the deployment, and the digest that the revision pinned is gone."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws))
    ecr = aws.client("ecr")
    deployed = ecr.describe_images(repositoryName="checkout")["imageDetails"][0]["imageDigest"]
    world.push_image(aws, "checkout", "1.0", entrypoint=("/bin/sleep", "365d"))
    ecr.batch_delete_image(repositoryName="checkout", imageIds=[{"imageDigest": deployed}])


EXPECT = expect(
    findings=[("image-digest-gone", "123456789012.dkr.ecr.us-east-1.amazonaws.com/checkout:1.0")],
    exit_code=16,
)
