"""The same fault told by fewer and fewer carriers, and what functions are left of it.

Started by the lab: ``python tests/lab/solitude.py ARGUMENT...`` with run-probe's own arguments.  Writes one
JSON object a line to stdout as each act ends.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import boto3

from tests.lab.rehearsal import probed, told


def main() -> None:
    """Without rights to Lambda, without rights to RunTask, without a role, and each carrier alone."""
    arguments = sys.argv[1:]
    told("no-lambda", probed(*arguments, **keys_without("lambda:CreateFunction")) | left())
    told("no-run-task", probed(*arguments, **keys_without("ecs:RunTask")) | left())
    told("no-role", probed(*arguments, RUN_PROBE_FUNCTION_ROLE="") | left())
    told("function", probed(*arguments, "--carrier", "function") | left())
    told("fargate", probed(*arguments, "--carrier", "fargate") | left())


def left() -> dict[str, Any]:
    """The functions that are there."""
    functions = boto3.client("lambda").list_functions()["Functions"]
    return {"functions": [one["FunctionName"] for one in functions]}


def keys_without(action: str) -> dict[str, str]:
    """The access keys of a new user to whom this one action is denied."""
    iam, user = boto3.client("iam"), action.replace(":", "-")
    statements = [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": action, "Resource": "*"},
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.create_user(UserName=user)
    iam.put_user_policy(UserName=user, PolicyName="all-but-one", PolicyDocument=policy)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


if __name__ == "__main__":
    main()
