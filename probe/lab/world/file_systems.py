"""A file system of EFS: mount targets in some of a network's subnets, all with one group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from probe.lab.world.networks import Network
from probe.lab.world.parts import group

NFS = 2049


def file_system(
    aws: Any, net: Network, name: str = "uploads", *, subnets: Sequence[str] = (), admitted: bool = True
) -> str:
    """Make it, with a mount target in each subnet (all, unless some are named).  Answers its id.

    Its mount targets' group is ``NAME-mount-targets``; it admits the tasks, unless told not to.
    """
    ec2, efs = aws.client("ec2"), aws.client("efs")
    made = group(ec2, net.vpc, f"{name}-mount-targets")
    if admitted:
        peer = [{"GroupId": net.task_group}]
        rule = {"IpProtocol": "tcp", "FromPort": NFS, "ToPort": NFS, "UserIdGroupPairs": peer}
        ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[rule])
    tags = [{"Key": "Name", "Value": name}]
    identity = str(efs.create_file_system(CreationToken=name, Encrypted=True, Tags=tags)["FileSystemId"])
    for subnet in subnets or net.subnets:
        efs.create_mount_target(FileSystemId=identity, SubnetId=subnet, SecurityGroups=[made])
    return identity


def volume(file_system: str, **more: Any) -> dict[str, Any]:
    """The task definition's ``volumes``, with one that is the file system; ``more`` of its configuration."""
    configuration = {"fileSystemId": file_system, "transitEncryption": "ENABLED", **more}
    return {"volumes": [{"name": "uploads", "efsVolumeConfiguration": configuration}]}
