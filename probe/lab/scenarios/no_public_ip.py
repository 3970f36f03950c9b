"""Public subnets, an internet gateway, and tasks without public addresses."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.public_vpc(aws)
    private = {
        "subnets": list(net.subnets),
        "securityGroups": [net.task_group],
        "assignPublicIp": "DISABLED",
    }
    world.service(aws, net, options={"networkConfiguration": {"awsvpcConfiguration": private}})


EXPECT = expect(findings=[("no-public-ip", "checkout")], exit_code=12)
