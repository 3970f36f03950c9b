"""An environment file with comments, blank lines and a value that holds an equals sign: it starts."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
FILE = "arn:aws:s3:::checkout-settings/checkout.env"
LINES = b"# the database\nDB_HOST=db.internal\n\nDB_OPTIONS=sslmode=require\nEMPTY=\n"


def build(aws: Any) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="checkout-settings")
    s3.put_object(Bucket="checkout-settings", Key="checkout.env", Body=LINES)
    container = {"environmentFiles": [{"value": FILE, "type": "s3"}]}
    policy = world.execution_policy(
        also={
            FILE: ("s3:GetObject",),
            "arn:aws:s3:::checkout-settings": ("s3:GetBucketLocation",),
        }
    )
    world.service(aws, world.private_vpc(aws), policy=policy, container=container)


EXPECT = expect(exit_code=0)
