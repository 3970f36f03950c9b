"""A role for functions in a VPC, as people make one."""

from __future__ import annotations

import json
from typing import Any

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "lambda.amazonaws.com"},
        }
    ],
}
_POLICY = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"


def function_role(aws: Any, name: str = "run-probe-function") -> str:
    """A role that Lambda may take, with AWS's own policy for functions in a VPC.  Answers its ARN."""
    iam = aws.client("iam")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(_TRUST))["Role"]["Arn"]
    iam.attach_role_policy(RoleName=name, PolicyArn=_POLICY)
    return str(role)
