"""The definition asks for the pending version of a secret that is not being rotated."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    arn = aws.client("secretsmanager").create_secret(Name="checkout/db", SecretString="correct horse")["ARN"]
    world.service(aws, world.private_vpc(aws), secret=f"{arn}::AWSPENDING:")


EXPECT = expect(findings=[("secret-version-missing", "checkout/db")], exit_code=16)
