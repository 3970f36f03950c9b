"""The Secrets Manager endpoint has a security group of its own, which admits nobody."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    world.regroup_endpoint(aws, net, "secretsmanager", "secretsmanager-endpoint")
    world.service(aws, net)


EXPECT = expect(findings=[("endpoint-sg-blocks-ingress", "secretsmanager-endpoint")], exit_code=12)
