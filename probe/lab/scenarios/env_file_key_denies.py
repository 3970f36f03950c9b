"""The environment file lies under a customer's key, which the role may not use."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
FILE = "arn:aws:s3:::settings/checkout.env"


def build(aws: Any) -> None:
    kms, s3 = aws.client("kms"), aws.client("s3")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/settings", TargetKeyId=key)
    s3.create_bucket(Bucket="settings")
    under = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    s3.put_object(Bucket="settings", Key="checkout.env", Body=b"MODE=production\n", **under)
    policy = world.execution_policy(also={FILE: ("s3:GetObject",)})
    container = {"environmentFiles": [{"value": FILE, "type": "s3"}]}
    world.service(aws, world.private_vpc(aws), policy=policy, container=container)


EXPECT = expect(
    findings=[("kms-key-denies", "arn:aws:kms:us-east-1:123456789012:key/settings")], exit_code=15
)
