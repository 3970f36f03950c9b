"""The imported material of the key that the secret lies under was deleted."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    _, key = world.encrypted_service(aws, world.private_vpc(aws), Origin="EXTERNAL")
    aws.client("kms").delete_imported_key_material(KeyId=key)


EXPECT = expect(
    findings=[("kms-key-unusable", "arn:aws:kms:us-east-1:123456789012:key/checkout")], exit_code=15
)
