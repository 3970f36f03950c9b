"""A database that the service must not reach can be reached."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
DATABASE = "10.0.0.200"
ARGUMENTS = ("--like-service", SERVICE, "--expect-blocked", f"{DATABASE}:5432")


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws))


def faults(lab: Any) -> None:
    lab.server(DATABASE, 5432)


EXPECT = expect(findings=[("unexpected-access", f"{DATABASE}:5432")], exit_code=17)
