"""A file system has a mount target in one of the service's two availability zones."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    uploads = world.file_system(aws, net, subnets=net.subnets[:1])
    world.service(aws, net, definition=world.volume(uploads))


EXPECT = expect(findings=[("efs-mount-target-missing", "uploads", ["prod-private-us-east-1b"])], exit_code=11)
