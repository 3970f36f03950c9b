"""The log group does not exist, and nothing asks that it be made."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    made = world.service(aws, world.private_vpc(aws))
    aws.client("logs").delete_log_group(logGroupName=made.log_group)


EXPECT = expect(findings=[("log-group-missing", "/ecs/checkout")], exit_code=16)
