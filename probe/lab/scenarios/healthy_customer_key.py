"""The secret lies under a customer's key that leaves it to the account, whose role may decrypt through it."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.encrypted_service(aws, world.private_vpc(aws))


EXPECT = expect(findings=[], exit_code=0)
