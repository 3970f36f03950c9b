"""A parameter is referred to by its bare name, and lies in another region than the tasks."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
ENDPOINTS = ("ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssm", "s3")
PARAMETERS = {"arn:aws:ssm:*:*:parameter/checkout/*": ("ssm:GetParameters",)}


def build(aws: Any) -> None:
    net = world.private_vpc(aws, endpoints=ENDPOINTS)
    ssm = aws.client("ssm", region_name="eu-west-1")
    ssm.put_parameter(Name="/checkout/host", Value="db.internal", Type="String")
    wanted = [{"name": "DB_HOST", "valueFrom": "/checkout/host"}]
    policy = world.execution_policy(also=PARAMETERS)
    world.service(aws, net, policy=policy, container={"secrets": wanted})


EXPECT = expect(findings=[("parameter-wrong-region", "/checkout/host")], exit_code=16)
