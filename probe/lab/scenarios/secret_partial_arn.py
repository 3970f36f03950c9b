"""A secret's name ends like an ARN's suffix, so Secrets Manager cannot find it by an ARN without one."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:checkout/db-master"


def build(aws: Any) -> None:
    aws.client("secretsmanager").create_secret(Name="checkout/db-master", SecretString="correct horse")
    world.service(aws, world.private_vpc(aws), secret=SECRET)


EXPECT = expect(findings=[("secret-partial-arn", SECRET)], exit_code=16)
