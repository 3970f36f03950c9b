"""A file system is mounted through an access point, as the task role that its policy names."""

import json
from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    uploads = world.file_system(aws, net)
    efs = aws.client("efs")
    role = world.execution_role(aws, "checkout-task", world.execution_policy())
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": role},
        "Action": ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
        "Condition": {"Bool": {"aws:SecureTransport": "true"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    efs.put_file_system_policy(FileSystemId=uploads, Policy=policy)
    point = efs.create_access_point(ClientToken="uploads", FileSystemId=uploads)["AccessPointId"]
    volume = world.volume(uploads, authorizationConfig={"accessPointId": point, "iam": "ENABLED"})
    world.service(aws, net, definition={**volume, "taskRoleArn": role})


EXPECT = expect(exit_code=0)
