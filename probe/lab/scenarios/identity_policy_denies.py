"""The execution role may do everything but read the secret."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    policy = world.execution_policy(without=("secretsmanager:GetSecretValue",))
    world.service(aws, world.private_vpc(aws), policy=policy)


EXPECT = expect(
    findings=[("identity-policy-denies", "arn:aws:iam::123456789012:role/checkout-execution")], exit_code=15
)
