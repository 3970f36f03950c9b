"""The CloudWatch Logs endpoint admits nobody: the probe's own lines are lost, its exit codes are not."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    world.regroup_endpoint(aws, net, "logs", "logs-endpoint")
    world.service(aws, net)


EXPECT = expect(findings=[("endpoint-sg-blocks-ingress", "logs-endpoint")], exit_code=12)
