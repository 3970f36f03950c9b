"""A public image on Docker Hub, built for several platforms, through a NAT gateway."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    platforms = ("linux/amd64", "linux/arm64")
    world.push_image(aws, "docker.io/library/nginx", "1.27", platforms=platforms)
    world.service(aws, world.nat_vpc(aws), container={"image": "nginx:1.27"})


EXPECT = expect(exit_code=0)
