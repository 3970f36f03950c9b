"""Service Connect is on in a VPC built on endpoints, which lacks the one that its proxy is configured by."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    connect = {"enabled": True, "namespace": "shop"}
    world.service(aws, world.private_vpc(aws), options={"serviceConnectConfiguration": connect})


EXPECT = expect(findings=[("vpc-endpoint-missing", "com.amazonaws.us-east-1.ecs-agent")], exit_code=12)
