"""The secret is in another region, whose Secrets Manager no endpoint of this VPC reaches."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    abroad = aws.client("secretsmanager", region_name="eu-west-1")
    secret = abroad.create_secret(Name="checkout/db-password", SecretString="correct horse")["ARN"]
    world.service(aws, world.private_vpc(aws), secret=secret)


EXPECT = expect(findings=[("cross-region-needs-internet", "checkout/db-password")], exit_code=12)
