"""The execution role may ssm:GetParameter, and ECS asks with ssm:GetParameters."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    aws.client("ssm").put_parameter(Name="/checkout/token", Value="x", Type="SecureString")
    net = world.private_vpc(aws, endpoints=("ecr.api", "ecr.dkr", "s3", "ssm", "logs"))
    policy = world.execution_policy(also={"*": ("ssm:GetParameter",)})
    world.service(aws, net, secret="/checkout/token", policy=policy)


EXPECT = expect(
    findings=[("identity-policy-denies", "arn:aws:iam::123456789012:role/checkout-execution")], exit_code=15
)
