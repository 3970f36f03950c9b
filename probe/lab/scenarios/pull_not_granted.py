"""The execution role gets a token for ECR and may pull nothing with it, the probe's own image included."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
PULLING = ("ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage")


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws), policy=world.execution_policy(without=PULLING))


EXPECT = expect(
    findings=[("identity-policy-denies", "arn:aws:iam::123456789012:role/checkout-execution")], exit_code=15
)
