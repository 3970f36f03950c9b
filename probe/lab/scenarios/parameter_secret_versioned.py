"""A parameter that refers to a secret asks for one of its versions, which Parameter Store cannot select."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
ENDPOINTS = ("ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssm", "s3")
REFERENCE = "/aws/reference/secretsmanager/checkout/db:1"
PARAMETERS = {"arn:aws:ssm:*:*:parameter/aws/reference/secretsmanager/*": ("ssm:GetParameters",)}


def build(aws: Any) -> None:
    net = world.private_vpc(aws, endpoints=ENDPOINTS)
    aws.client("secretsmanager").create_secret(Name="checkout/db", SecretString="correct horse")
    wanted = [{"name": "DB_PASSWORD", "valueFrom": REFERENCE}]
    policy = world.execution_policy(also=PARAMETERS)
    world.service(aws, net, policy=policy, container={"secrets": wanted})


EXPECT = expect(findings=[("parameter-secret-versioned", REFERENCE)], exit_code=16)
