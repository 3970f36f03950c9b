"""The VPC's own name server sends everybody to TCP, which the task's security group does not let out."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"

ADDRESS = "10.0.0.53"
ANYTHING = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def port(protocol: str, number: int) -> dict[str, Any]:
    return {**ANYTHING, "IpProtocol": protocol, "FromPort": number, "ToPort": number}


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    ec2 = aws.client("ec2")
    ec2.revoke_security_group_egress(GroupId=net.task_group, IpPermissions=[ANYTHING])
    ec2.authorize_security_group_egress(
        GroupId=net.task_group, IpPermissions=[port("tcp", 443), port("udp", 53)]
    )
    world.name_servers(aws, net, "own", ADDRESS)
    world.service(aws, net)


def faults(lab: Any) -> None:
    lab.name_server(ADDRESS, truncate=True)


EXPECT = expect(findings=[("dns-tcp-blocked", "service")], exit_code=11)
