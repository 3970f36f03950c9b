"""Docker Hub has no pulls left for the NAT gateway's address."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.push_image(aws, "docker.io/library/nginx", "1.27")
    world.service(aws, world.nat_vpc(aws), container={"image": "nginx:1.27"})


def faults(lab: Any) -> None:
    lab.rate_limit("docker.io")


EXPECT = expect(findings=[("registry-rate-limited", "registry-1.docker.io")], exit_code=14)
