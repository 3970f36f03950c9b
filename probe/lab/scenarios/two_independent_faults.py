"""The Secrets Manager endpoint admits nobody, and the role may not make its log stream."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    world.regroup_endpoint(aws, net, "secretsmanager", "secretsmanager-endpoint")
    world.service(aws, net, policy=world.execution_policy(without=("logs:CreateLogStream",)))


EXPECT = expect(
    findings=[
        ("endpoint-sg-blocks-ingress", "secretsmanager-endpoint"),
        ("identity-policy-denies", "arn:aws:iam::123456789012:role/checkout-execution"),
    ],
    exit_code=12,
)
