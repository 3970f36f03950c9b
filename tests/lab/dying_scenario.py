"""The logs endpoint admits nobody: the probe is busy for a while, and has exit codes alone to tell by."""

from typing import Any

from probe.lab import world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws, azs=1)
    world.regroup_endpoint(aws, net, "logs", "logs-endpoint")
    world.service(aws, net)
