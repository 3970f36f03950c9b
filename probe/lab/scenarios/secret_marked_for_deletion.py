"""The secret is scheduled for deletion."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    made = world.service(aws, world.private_vpc(aws))
    aws.client("secretsmanager").delete_secret(SecretId=made.secret, RecoveryWindowInDays=30)


EXPECT = expect(findings=[("secret-marked-for-deletion", "checkout/db-password")], exit_code=16)
