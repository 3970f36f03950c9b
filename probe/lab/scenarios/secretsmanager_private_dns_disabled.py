"""The Secrets Manager endpoint is there, but the service's name still resolves to public addresses."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    ec2 = aws.client("ec2")
    ec2.modify_vpc_endpoint(VpcEndpointId=net.endpoints["secretsmanager"], PrivateDnsEnabled=False)
    world.service(aws, net)


EXPECT = expect(findings=[("private-dns-disabled", "prod-secretsmanager")], exit_code=12)
