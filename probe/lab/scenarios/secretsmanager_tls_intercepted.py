"""Something on the way to Secrets Manager shows a certificate of its own."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws))


def faults(lab: Any) -> None:
    lab.tls_intercept("secretsmanager", issuer="Corp Proxy")


EXPECT = expect(findings=[("tls-intercepted", "Corp Proxy")], exit_code=13)
