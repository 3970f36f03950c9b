"""The awslogs driver is given an option that it does not know."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    options = {
        "awslogs-group": "/ecs/checkout",
        "awslogs-region": "us-east-1",
        "awslogs-stream-prefix": "app",
        "awslogs-create-group": "yes",
    }
    logging = {"logDriver": "awslogs", "options": options}
    world.service(aws, world.private_vpc(aws), container={"logConfiguration": logging})


EXPECT = expect(findings=[("log-options-invalid", "checkout:1/checkout")], exit_code=16)
