"""FireLens has its configuration in S3, and writes to CloudWatch Logs."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
ROUTING = "arn:aws:s3:::checkout-settings/fluent-bit.conf"
OPTIONS = {"config-file-type": "s3", "config-file-value": ROUTING}
ROUTER = {
    "firelensConfiguration": {"type": "fluentbit", "options": OPTIONS},
    "logConfiguration": {
        "logDriver": "awsfirelens",
        "options": {"Name": "cloudwatch", "region": "us-east-1"},
    },
}


def build(aws: Any) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="checkout-settings")
    s3.put_object(Bucket="checkout-settings", Key="fluent-bit.conf", Body=b"[SERVICE]\n    Flush 1\n")
    policy = world.execution_policy(also={ROUTING: ("s3:GetObject",)})
    world.service(aws, world.private_vpc(aws), policy=policy, container=ROUTER)


EXPECT = expect(exit_code=0)
