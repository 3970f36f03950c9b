"""Packets to Secrets Manager vanish though nothing in the account says why: a firewall somewhere."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws, azs=1))


def faults(lab: Any) -> None:
    lab.blackhole("secretsmanager")


EXPECT = expect(
    findings=[
        (
            "path-blocked-unexplained",
            "prod-private-us-east-1a/secretsmanager.us-east-1.amazonaws.com:443",
        )
    ],
    exit_code=12,
)
