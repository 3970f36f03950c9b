"""ECS Exec is on in a VPC built on endpoints, which lacks Session Manager's: the tasks start without it."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws), options={"enableExecuteCommand": True})


EXPECT = expect(findings=[("vpc-endpoint-missing", "com.amazonaws.us-east-1.ssmmessages")], exit_code=0)
