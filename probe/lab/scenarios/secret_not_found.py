"""The task definition refers to a secret that does not exist."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:checkout/db-pasword-Zx81Qp"


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws), secret=SECRET)


EXPECT = expect(findings=[("secret-not-found", SECRET)], exit_code=16)
