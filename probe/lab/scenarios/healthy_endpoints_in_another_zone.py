"""The endpoints have interfaces in one zone only, and tasks of both zones reach them there."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    ec2 = aws.client("ec2")
    for suffix, endpoint in net.endpoints.items():
        if suffix != "s3":
            ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, RemoveSubnetIds=[net.subnets[1]])
    world.service(aws, net)


EXPECT = expect(findings=[], exit_code=0)
