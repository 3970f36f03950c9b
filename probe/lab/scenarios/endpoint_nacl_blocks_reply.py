"""The network ACL of the endpoints' own subnet denies what they answer to the tasks' ports."""

from dataclasses import replace
from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    acl = world.network_acl(aws, net, "endpoints", net.subnets[1:])
    world.deny(aws, acl, 90, 1024, 65535, egress=True)
    for suffix in ("ecr.api", "ecr.dkr", "logs", "secretsmanager"):
        aws.client("ec2").modify_vpc_endpoint(
            VpcEndpointId=net.endpoints[suffix], RemoveSubnetIds=[net.subnets[0]]
        )
    world.service(aws, replace(net, subnets=net.subnets[:1]))


EXPECT = expect(findings=[("nacl-blocks-reply", "endpoints/egress/90")], exit_code=12)
