"""The repository does not exist on Docker Hub, which says no more than that it may not be pulled."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.nat_vpc(aws), container={"image": "example/chekout:1.0"})


EXPECT = expect(findings=[("image-not-found", "example/chekout:1.0")], exit_code=16)
