"""A secret lies in a region that the account has disabled since, where nobody's credentials are known."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    away = aws.client("secretsmanager", region_name="eu-south-1")
    secret = away.create_secret(Name="checkout/db-password", SecretString="correct horse")["ARN"]
    world.service(aws, world.nat_vpc(aws), secret=secret)
    # https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
    aws.client("account").disable_region(RegionName="eu-south-1")


EXPECT = expect(
    findings=[("role-credentials-missing", "arn:aws:iam::123456789012:role/checkout-execution")], exit_code=15
)
