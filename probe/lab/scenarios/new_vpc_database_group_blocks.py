"""From a VPC without a service the database cannot be reached: its group does not admit the tasks."""

from typing import Any

from probe.lab import expect, world

CLUSTER = "prod"
DATABASE = "10.0.0.200"
ARGUMENTS = (
    *("--subnets", "prod-private-us-east-1a,prod-private-us-east-1b"),
    *("--security-groups", "service", "--role", "tasks", "--host", f"{DATABASE}:5432"),
)


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    ec2 = aws.client("ec2")
    group = ec2.create_security_group(VpcId=net.vpc, GroupName="database", Description="admits nobody")
    ec2.create_network_interface(
        SubnetId=net.subnets[0], PrivateIpAddress=DATABASE, Groups=[group["GroupId"]]
    )
    world.foundation(aws)


def faults(lab: Any) -> None:
    lab.server(DATABASE, 5432)


EXPECT = expect(findings=[("endpoint-sg-blocks-ingress", "database")], exit_code=12)
