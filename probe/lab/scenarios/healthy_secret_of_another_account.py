"""The secret is another account's: its policy, its key's and the role's own all admit the role."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    other = world.account(aws, "111122223333")
    secret = world.shared_secret(other, "payments/token", "arn:aws:iam::123456789012:role/checkout-execution")
    granted = ("secretsmanager:GetSecretValue", "kms:Decrypt")
    also = {"arn:aws:*:us-east-1:111122223333:*": granted}
    world.service(aws, world.private_vpc(aws), secret=secret, policy=world.execution_policy(also=also))


EXPECT = expect(exit_code=0)
