"""The image's tag does not exist."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/checkout:2.0"
    world.service(aws, world.private_vpc(aws), container={"image": image})


EXPECT = expect(
    findings=[("image-not-found", "123456789012.dkr.ecr.us-east-1.amazonaws.com/checkout:2.0")], exit_code=16
)
