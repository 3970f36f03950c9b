"""The tag was pushed again after the deployment; the digest that the revision pinned is kept."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws))
    world.push_image(aws, "checkout", "1.0", platforms=("linux/arm64",))


EXPECT = expect(exit_code=0)
