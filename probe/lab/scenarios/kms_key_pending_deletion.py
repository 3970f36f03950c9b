"""The key that a parameter lies under is scheduled for deletion."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
GRANTED = {"*": ("ssm:GetParameters", "kms:Decrypt")}


def build(aws: Any) -> None:
    kms = aws.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/checkout", TargetKeyId=key)
    aws.client("ssm").put_parameter(Name="/checkout/token", Value="x", Type="SecureString", KeyId=key)
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    net = world.private_vpc(aws, endpoints=("ecr.api", "ecr.dkr", "s3", "ssm", "logs"))
    policy = world.execution_policy(also=GRANTED)
    world.service(aws, net, secret="/checkout/token", policy=policy)


EXPECT = expect(
    findings=[("kms-key-unusable", "arn:aws:kms:us-east-1:123456789012:key/checkout")], exit_code=15
)
