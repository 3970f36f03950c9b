"""The task's group lets it out to the VPC alone: the endpoints answer, S3's layers do not come."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    ec2 = aws.client("ec2")
    ec2.revoke_security_group_egress(
        GroupId=net.task_group,
        IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
    )
    ec2.authorize_security_group_egress(
        GroupId=net.task_group,
        IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}],
    )
    world.service(aws, net)


EXPECT = expect(findings=[("task-sg-blocks-egress", "service")], exit_code=12)
