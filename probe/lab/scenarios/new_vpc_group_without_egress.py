"""The group meant for the tasks of a VPC without a service lets nothing out."""

from typing import Any

from probe.lab import expect, world

CLUSTER = "prod"
ARGUMENTS = (
    "--subnets",
    "prod-private-us-east-1a,prod-private-us-east-1b",
    "--security-groups",
    "service",
    "--role",
    "tasks",
)


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    aws.client("ec2").revoke_security_group_egress(GroupId=net.task_group, IpPermissions=[everything])
    world.foundation(aws)


EXPECT = expect(findings=[("task-sg-blocks-egress", "service")], exit_code=12)
