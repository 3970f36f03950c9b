"""A file system admits one role alone, and the volume is mounted as nobody."""

import json
from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:role/reports"},
            "Action": ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
        }
    ],
}


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    uploads = world.file_system(aws, net)
    aws.client("efs").put_file_system_policy(FileSystemId=uploads, Policy=json.dumps(POLICY))
    world.service(aws, net, definition=world.volume(uploads))


EXPECT = expect(findings=[("efs-access-denied", "uploads")], exit_code=15)
