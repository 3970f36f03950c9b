"""The secret is another account's, whose policy for it admits another role."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    other = world.account(aws, "111122223333")
    secret = world.shared_secret(other, "payments/token", "arn:aws:iam::123456789012:role/billing-execution")
    policy = world.execution_policy(also={secret: ("secretsmanager:GetSecretValue", "kms:Decrypt")})
    world.service(aws, world.private_vpc(aws), secret=secret, policy=policy)


EXPECT = expect(findings=[("resource-policy-denies", "payments/token")], exit_code=15)
