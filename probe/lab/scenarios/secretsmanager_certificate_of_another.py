"""Secrets Manager's address shows another host's certificate."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws))


def faults(lab: Any) -> None:
    lab.certificate("secretsmanager", kind="wrong-host")


EXPECT = expect(findings=[("tls-wrong-host", "secretsmanager.us-east-1.amazonaws.com:443")], exit_code=13)
