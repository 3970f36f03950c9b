"""FireLens writes to Firehose, for which a VPC built on endpoints has none: the tasks start."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
LOGS = {"logDriver": "awsfirelens", "options": {"Name": "firehose", "region": "us-east-1"}}


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws), container={"logConfiguration": LOGS})


EXPECT = expect(findings=[("vpc-endpoint-missing", "com.amazonaws.us-east-1.kinesis-firehose")], exit_code=0)
