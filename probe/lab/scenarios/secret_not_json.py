"""The definition asks for a JSON key of a secret that is plain text."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    arn = aws.client("secretsmanager").create_secret(Name="checkout/db", SecretString="correct horse")["ARN"]
    world.service(aws, world.private_vpc(aws), secret=f"{arn}:password::")


EXPECT = expect(findings=[("secret-not-json", "checkout/db#password")], exit_code=16)
