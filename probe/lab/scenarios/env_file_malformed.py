"""A line of the environment file is longer than the agent's scanner takes."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
FILE = "arn:aws:s3:::checkout-settings/checkout.env"
FILES = {"arn:aws:s3:::checkout-settings*": ("s3:GetObject", "s3:ListBucket")}


def build(aws: Any) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="checkout-settings")
    s3.put_object(Bucket="checkout-settings", Key="checkout.env", Body=b"CERTIFICATE=" + b"x" * 70_000)
    container = {"environmentFiles": [{"value": FILE, "type": "s3"}]}
    policy = world.execution_policy(also=FILES)
    world.service(aws, world.private_vpc(aws), policy=policy, container=container)


EXPECT = expect(findings=[("env-file-malformed", FILE)], exit_code=16)
