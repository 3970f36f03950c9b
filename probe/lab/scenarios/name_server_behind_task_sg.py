"""The task's security group lets out HTTPS alone, and the VPC has a name server of its own."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"

ADDRESS = "10.0.0.53"
HTTPS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
ANYTHING = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    ec2 = aws.client("ec2")
    ec2.revoke_security_group_egress(GroupId=net.task_group, IpPermissions=[ANYTHING])
    ec2.authorize_security_group_egress(GroupId=net.task_group, IpPermissions=[HTTPS])
    world.name_servers(aws, net, "own", ADDRESS)
    world.service(aws, net)


def faults(lab: Any) -> None:
    lab.name_server(ADDRESS)


EXPECT = expect(findings=[("dns-resolver-unreachable", "service")], exit_code=11)
