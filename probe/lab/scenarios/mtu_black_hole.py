"""Packets of more than 600 bytes vanish: connections stand, and certificates never come."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
LAYERS = "prod-us-east-1-starport-layer-bucket"


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws))


def faults(lab: Any) -> None:
    lab.mtu(600)


EXPECT = expect(
    findings=[
        ("tls-handshake-stalled", f"{host}.us-east-1.amazonaws.com:443")
        for host in ("api.ecr", "123456789012.dkr.ecr", f"{LAYERS}.s3", "logs", "secretsmanager")
    ],
    exit_code=13,
)
