"""The key leaves it to the account who may decrypt, and the execution role may not."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.encrypted_service(aws, world.private_vpc(aws), policy=world.execution_policy())


EXPECT = expect(
    findings=[("kms-key-denies", "arn:aws:kms:us-east-1:123456789012:key/checkout")], exit_code=15
)
