"""The secret holds binary data, which ECS does not inject."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    arn = aws.client("secretsmanager").create_secret(Name="checkout/key", SecretBinary=b"\x00\x01")["ARN"]
    world.service(aws, world.private_vpc(aws), secret=arn)


EXPECT = expect(findings=[("secret-binary", "checkout/key")], exit_code=16)
