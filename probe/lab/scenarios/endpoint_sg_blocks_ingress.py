"""The interface endpoints' security group does not admit the task."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    ec2 = aws.client("ec2")
    ec2.revoke_security_group_ingress(GroupId=net.endpoint_group, IpPermissions=[world.https(net.task_group)])
    world.service(aws, net)


EXPECT = expect(findings=[("endpoint-sg-blocks-ingress", "endpoints")], exit_code=12)
