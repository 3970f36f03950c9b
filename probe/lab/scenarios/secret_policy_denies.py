"""The secret's own policy admits no role but one, and it is another."""

import json
from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    made = world.service(aws, world.private_vpc(aws))
    others = {"StringNotEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/billing-execution"}}
    denial = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "secretsmanager:GetSecretValue",
        "Resource": "*",
        "Condition": others,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [denial]})
    aws.client("secretsmanager").put_resource_policy(SecretId=made.secret, ResourcePolicy=policy)


EXPECT = expect(findings=[("explicit-deny", "checkout/db-password")], exit_code=15)
