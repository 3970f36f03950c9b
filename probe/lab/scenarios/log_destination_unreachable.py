"""The group of a Splunk collector in the VPC does not admit the tasks."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
COLLECTOR = "10.0.0.200"
LOGS = {"logDriver": "splunk", "options": {"splunk-url": f"http://{COLLECTOR}:8088"}}


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    ec2 = aws.client("ec2")
    shut = ec2.create_security_group(GroupName="splunk", Description="splunk", VpcId=net.vpc)["GroupId"]
    ec2.create_network_interface(SubnetId=net.subnets[0], PrivateIpAddress=COLLECTOR, Groups=[shut])
    world.service(aws, net, container={"logConfiguration": LOGS})


def faults(lab: Any) -> None:
    lab.server(COLLECTOR, 8088)


EXPECT = expect(findings=[("log-destination-unreachable", COLLECTOR)], exit_code=12)
