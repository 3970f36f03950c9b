"""The endpoint's policy admits another secret only."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    other = "arn:aws:secretsmanager:us-east-1:123456789012:secret:billing/*"
    world.endpoint_policy(aws, net, "secretsmanager", "secretsmanager:*", other)
    world.service(aws, net)


EXPECT = expect(findings=[("endpoint-policy-denies", "prod-secretsmanager")], exit_code=15)
