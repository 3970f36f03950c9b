"""The task's security group lets nothing out."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    aws.client("ec2").revoke_security_group_egress(GroupId=net.task_group, IpPermissions=[everything])
    world.service(aws, net)


EXPECT = expect(findings=[("task-sg-blocks-egress", "service")], exit_code=12)
