"""The interface endpoints' security group does not admit the task, and ECS takes a minute to say so."""

from __future__ import annotations

from typing import Any

from probe.lab import world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws, azs=1)
    ec2 = aws.client("ec2")
    ec2.revoke_security_group_ingress(GroupId=net.endpoint_group, IpPermissions=[world.https(net.task_group)])
    world.service(aws, net)


def faults(lab: Any) -> None:
    """No task of the service has stopped either by the time somebody asks."""
    lab.pace(1.5)
