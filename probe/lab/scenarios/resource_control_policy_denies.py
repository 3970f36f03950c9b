"""A resource control policy of the organization denies secrets to whoever is in another one."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    world.service(aws, world.private_vpc(aws))
    strangers = {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-0123456789"}}
    denial = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "secretsmanager:*",
        "Resource": "*",
        "Condition": strangers,
    }
    world.organization_policy(aws, "RESOURCE_CONTROL_POLICY", "perimeter", denial)


EXPECT = expect(
    findings=[
        (
            "explicit-deny",
            "arn:aws:organizations::111122223333:policy/organization/resource_control_policy/perimeter",
        )
    ],
    exit_code=15,
)
