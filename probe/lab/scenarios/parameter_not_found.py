"""Two of the three parameters that one call asks for do not exist."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
ENDPOINTS = ("ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssm", "s3")
PARAMETERS = {"arn:aws:ssm:*:*:parameter/checkout/*": ("ssm:GetParameters",)}


def build(aws: Any) -> None:
    net = world.private_vpc(aws, endpoints=ENDPOINTS)
    aws.client("ssm").put_parameter(Name="/checkout/host", Value="db.internal", Type="String")
    wanted = [
        {"name": f"DB_{part.upper()}", "valueFrom": f"/checkout/{part}"} for part in ("host", "port", "user")
    ]
    policy = world.execution_policy(also=PARAMETERS)
    world.service(aws, net, policy=policy, container={"secrets": wanted})


EXPECT = expect(
    findings=[("parameter-not-found", "/checkout/port"), ("parameter-not-found", "/checkout/user")],
    exit_code=16,
)
