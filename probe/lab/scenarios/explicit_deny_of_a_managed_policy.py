"""A managed policy, shared by several roles, denies reading secrets from outside another VPC."""

import json
from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"


def build(aws: Any) -> None:
    made = world.service(aws, world.private_vpc(aws))
    elsewhere = {"StringNotEquals": {"aws:SourceVpc": "vpc-0123456789abcdef0"}}
    denial = {"Effect": "Deny", "Action": "secretsmanager:*", "Resource": "*", "Condition": elsewhere}
    iam = aws.client("iam")
    document = json.dumps({"Version": "2012-10-17", "Statement": [denial]})
    arn = iam.create_policy(PolicyName="perimeter", PolicyDocument=document)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=made.execution_role.rpartition("/")[2], PolicyArn=arn)


EXPECT = expect(findings=[("explicit-deny", "arn:aws:iam::123456789012:policy/perimeter")], exit_code=15)
