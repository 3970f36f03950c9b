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
    """Without rights to Lambda or to RunTask, without a role, with its own, each carrier alone, none."""
    arguments = sys.argv[1:]
    told("no-lambda", probed(*arguments, **keys_without("lambda:CreateFunction")) | left())
    told("no-run-task", probed(*arguments, **keys_without("ecs:RunTask")) | left())
    told("no-role", probed(*arguments, RUN_PROBE_FUNCTION_ROLE="") | left())
    told("own-role", probed(*arguments, "--create-function-role") | left())
    told("function", probed(*arguments, "--carrier", "function") | left())
    told("fargate", probed(*arguments, "--carrier", "fargate") | left())
    told("none", probed(*arguments, "--no-launch") | left())


def left() -> dict[str, Any]:
    """What there is of a run's functions; the role is the one that the lab names."""
    functions = boto3.client("lambda").list_functions()["Functions"]
    roles = boto3.client("iam").list_roles()["Roles"]
    logs = boto3.client("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/")["logGroups"]
    there = [
        *(one["FunctionName"] for one in functions),
        *(one["RoleName"] for one in roles),
        *(one["logGroupName"] for one in logs),
    ]
    return {"left": [name for name in there if "run-probe" in name and name != "run-probe-function"]}


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
