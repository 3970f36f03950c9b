"""Something on the way reads the name in the ClientHello, and says nothing more."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws))


def faults(lab: Any) -> None:
    lab.name_filter("secretsmanager", how="silence")


EXPECT = expect(
    findings=[("tls-handshake-stalled", "secretsmanager.us-east-1.amazonaws.com:443")], exit_code=13
)
