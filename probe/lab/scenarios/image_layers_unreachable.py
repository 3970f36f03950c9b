"""Docker Hub answers, and the host that it sends everybody to for the layers does not."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.push_image(aws, "docker.io/library/nginx", "1.27")
    world.service(aws, world.nat_vpc(aws), container={"image": "nginx:1.27"})


def faults(lab: Any) -> None:
    lab.blackhole("production.cloudflare.docker.com")


EXPECT = expect(findings=[("image-layers-unreachable", "production.cloudflare.docker.com")], exit_code=12)
