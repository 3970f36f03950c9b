"""Something on the way reads the name in the ClientHello, and resets."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws))


def faults(lab: Any) -> None:
    lab.name_filter("secretsmanager", how="reset")


EXPECT = expect(
    findings=[("tls-handshake-reset", "secretsmanager.us-east-1.amazonaws.com:443")], exit_code=13
)
