"""A parameter of another region is referred to by its ARN, behind a NAT gateway: it starts."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
PARAMETERS = {"arn:aws:ssm:*:*:parameter/checkout/*": ("ssm:GetParameters",)}


def build(aws: Any) -> None:
    ssm = aws.client("ssm", region_name="eu-west-1")
    ssm.put_parameter(Name="/checkout/host", Value="db.internal", Type="SecureString")
    reference = "arn:aws:ssm:eu-west-1:123456789012:parameter/checkout/host"
    wanted = [{"name": "DB_HOST", "valueFrom": reference}]
    policy = world.execution_policy(also=PARAMETERS)
    world.service(aws, world.nat_vpc(aws), policy=policy, container={"secrets": wanted})


EXPECT = expect(exit_code=0)
