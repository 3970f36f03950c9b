"""The execution role may not read the secret, whose key would not let it decrypt either."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    policy = world.execution_policy(without=("secretsmanager:GetSecretValue",))
    world.encrypted_service(aws, world.private_vpc(aws), policy=policy)


EXPECT = expect(
    findings=[
        ("identity-policy-denies", "arn:aws:iam::123456789012:role/checkout-execution"),
        ("kms-key-denies", "arn:aws:kms:us-east-1:123456789012:key/checkout"),
    ],
    exit_code=15,
)
