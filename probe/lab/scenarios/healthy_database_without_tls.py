"""A database is reached from the service's subnets; that its port speaks no TLS is no fault."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
DATABASE = "10.0.0.200"
ARGUMENTS = ("--like-service", SERVICE, "--host", f"{DATABASE}:5432")


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws))


def faults(lab: Any) -> None:
    lab.server(DATABASE, 5432)


EXPECT = expect(exit_code=0)
