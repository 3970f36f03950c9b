"""Secrets by key and stage, by version id, and by a partial ARN that can be resolved: it starts."""

import json
from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    secrets = aws.client("secretsmanager")
    made = secrets.create_secret(Name="checkout/db", SecretString=json.dumps({"password": "correct horse"}))
    secrets.put_secret_value(SecretId=made["ARN"], SecretString=json.dumps({"password": "battery staple"}))
    references = {
        "DB_PASSWORD": f"{made['ARN']}:password:AWSCURRENT:",
        "OLD_PASSWORD": f"{made['ARN']}:password:AWSPREVIOUS:",
        "FIRST_PASSWORD": f"{made['ARN']}:password::{made['VersionId']}",
        "DB_JSON": "arn:aws:secretsmanager:us-east-1:123456789012:secret:checkout/db",
    }
    wanted = [{"name": name, "valueFrom": reference} for name, reference in references.items()]
    world.service(aws, world.private_vpc(aws), container={"secrets": wanted})


EXPECT = expect(exit_code=0)
