"""The group of a file system's mount targets does not admit the tasks."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    uploads = world.file_system(aws, net, admitted=False)
    world.service(aws, net, definition=world.volume(uploads))


EXPECT = expect(findings=[("efs-unreachable", "uploads")], exit_code=12)
