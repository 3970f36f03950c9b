"""A service control policy of the organization denies Secrets Manager outside one region."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws))
    away = {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}
    denial = {"Effect": "Deny", "Action": "secretsmanager:*", "Resource": "*", "Condition": away}
    world.organization_policy(aws, "SERVICE_CONTROL_POLICY", "region", denial)


EXPECT = expect(
    findings=[
        (
            "explicit-deny",
            "arn:aws:organizations::111122223333:policy/organization/service_control_policy/region",
        )
    ],
    exit_code=15,
)
