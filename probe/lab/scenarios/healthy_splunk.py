"""A Splunk collector in the VPC takes the logs, so that CloudWatch Logs is not needed."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
HOST, ADDRESS = "splunk.shop.internal", "10.0.0.200"
LOGS = {"logDriver": "splunk", "options": {"splunk-url": f"http://{HOST}:8088"}}


def build(aws: Any) -> None:
    net = world.private_vpc(aws, endpoints=("ecr.api", "ecr.dkr", "secretsmanager", "s3"))
    world.hosted_zone(aws, net, "shop.internal", {HOST: ADDRESS})
    world.service(aws, net, container={"logConfiguration": LOGS})


def faults(lab: Any) -> None:
    lab.server(ADDRESS, 8088)


EXPECT = expect(exit_code=0)
