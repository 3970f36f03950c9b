"""The VPC has a name server of its own, and it works."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
ADDRESS = "10.0.0.53"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    ec2 = aws.client("ec2")
    made = ec2.create_dhcp_options(DhcpConfigurations=[{"Key": "domain-name-servers", "Values": [ADDRESS]}])[
        "DhcpOptions"
    ]
    ec2.create_tags(Resources=[made["DhcpOptionsId"]], Tags=[{"Key": "Name", "Value": "own"}])
    ec2.associate_dhcp_options(DhcpOptionsId=made["DhcpOptionsId"], VpcId=net.vpc)
    world.service(aws, net)


def faults(lab: Any) -> None:
    lab.name_server(ADDRESS)


EXPECT = expect(findings=[], exit_code=0)
