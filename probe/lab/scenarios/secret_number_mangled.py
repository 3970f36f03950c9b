"""A key's value is a number that the agent injects as 1.75011e+09: the task starts with a wrong value."""

import json
from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    value = json.dumps({"tenant": 1750110382})
    arn = aws.client("secretsmanager").create_secret(Name="checkout/ids", SecretString=value)["ARN"]
    world.service(aws, world.private_vpc(aws), secret=f"{arn}:tenant::")


EXPECT = expect(findings=[("secret-number-mangled", "checkout/ids#tenant")], exit_code=0)
