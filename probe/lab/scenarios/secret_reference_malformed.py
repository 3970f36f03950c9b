"""A secret's ARN has a key and one colon, where the agent wants a key, a stage and a version."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    arn = aws.client("secretsmanager").create_secret(
        Name="checkout/db", SecretString='{"password": "correct horse"}'
    )
    world.service(aws, world.private_vpc(aws), secret=f"{arn['ARN']}:password")


EXPECT = expect(findings=[("secret-reference-malformed", "checkout:1/checkout/DB_PASSWORD")], exit_code=16)
