"""The environment file is not in its bucket, which S3 does not tell who may not list the bucket."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
FILE = "arn:aws:s3:::checkout-settings/checkout.env"
FILES = {"arn:aws:s3:::checkout-settings/*": ("s3:GetObject",)}


def build(aws: Any) -> None:
    aws.client("s3").create_bucket(Bucket="checkout-settings")
    container = {"environmentFiles": [{"value": FILE, "type": "s3"}]}
    policy = world.execution_policy(also=FILES)
    world.service(aws, world.private_vpc(aws), policy=policy, container=container)


EXPECT = expect(findings=[("env-file-not-found", FILE)], exit_code=16)
