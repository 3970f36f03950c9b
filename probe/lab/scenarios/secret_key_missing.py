"""The definition names a JSON key that the secret's value does not have."""

import json
from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    net = world.private_vpc(aws)
    value = json.dumps({"user": "checkout", "password": "correct horse"})
    arn = aws.client("secretsmanager").create_secret(Name="checkout/db", SecretString=value)["ARN"]
    world.service(aws, net, secret=f"{arn}:passwort::")


EXPECT = expect(findings=[("secret-key-missing", "checkout/db#passwort")], exit_code=16)
