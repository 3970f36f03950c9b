"""All eight services, each on an endpoint of its own, and a task that has its secrets from two of them."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
ENDPOINTS = ("ecr.api", "ecr.dkr", "s3", "secretsmanager", "ssm", "kms", "logs", "sts")


def build(aws: Any) -> None:
    net = world.private_vpc(aws, azs=1, endpoints=ENDPOINTS)
    aws.client("ssm").put_parameter(Name="/checkout/level", Value="info", Type="String")
    secret = aws.client("secretsmanager").create_secret(Name="checkout/db-password", SecretString="x")["ARN"]
    secrets = [
        {"name": "DB_PASSWORD", "valueFrom": secret},
        {"name": "LEVEL", "valueFrom": "/checkout/level"},
    ]
    allowed = {"arn:aws:ssm:*:*:parameter/checkout/*": ("ssm:GetParameters",)}
    policy = world.execution_policy(also=allowed)
    world.service(aws, net, secret=secret, policy=policy, container={"secrets": secrets})


EXPECT = expect(exit_code=0)
