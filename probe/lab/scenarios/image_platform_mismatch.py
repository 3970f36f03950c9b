"""The image is built for x86-64 alone, and the tasks run on ARM."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    arm = {"runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"}}
    world.service(aws, world.private_vpc(aws), definition=arm)


EXPECT = expect(
    findings=[("image-platform-mismatch", "123456789012.dkr.ecr.us-east-1.amazonaws.com/checkout:1.0")],
    exit_code=16,
)
