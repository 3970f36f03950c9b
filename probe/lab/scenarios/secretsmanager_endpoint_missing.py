"""A VPC built on endpoints lacks the one for Secrets Manager."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws, endpoints=("ecr.api", "ecr.dkr", "logs", "s3")))


EXPECT = expect(findings=[("vpc-endpoint-missing", "com.amazonaws.us-east-1.secretsmanager")], exit_code=12)
