"""A hosted zone leads Secrets Manager's name to an address at which nobody is."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"

NAME = "secretsmanager.us-east-1.amazonaws.com"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    aws.client("ec2").modify_vpc_endpoint(
        VpcEndpointId=net.endpoints["secretsmanager"], PrivateDnsEnabled=False
    )
    world.hosted_zone(aws, net, NAME, {NAME: "10.0.0.200"})
    world.service(aws, net)


EXPECT = expect(findings=[("dns-answer-foreign", NAME)], exit_code=12)
