"""The S3 gateway endpoint's policy does not admit the bucket that holds ECR's layers."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    other = "arn:aws:s3:::checkout-assets/*"
    world.endpoint_policy(aws, net, "s3", "s3:GetObject", other)
    world.service(aws, net)


EXPECT = expect(findings=[("endpoint-policy-denies", "prod-s3")], exit_code=15)
