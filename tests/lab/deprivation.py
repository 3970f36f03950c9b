"""The same run again and again by callers who may do anything but one thing.

Started by the lab: ``python tests/lab/deprivation.py ACTION,ACTION,... ARGUMENT...``.  Writes one JSON
object a line to stdout: the denied action, or ``nothing``, and how run-probe ended.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3

from tests.lab.rehearsal import probed, told

AT_ONCE = 3


def main() -> None:
    """First with every right, then without each of the actions."""
    actions = sys.argv[1].split(",")
    told("nothing", probed(*sys.argv[2:]))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for action, run in zip(actions, pool.map(deprived, actions), strict=True):
            told(action, run)


def deprived(action: str) -> dict[str, Any]:
    """A run by a caller who may do everything but this."""
    return probed(*sys.argv[2:], **keys_without(action))


def keys_without(action: str) -> dict[str, str]:
    """The access keys of a new user to whom this one action is denied."""
    iam = boto3.client("iam")
    user = action.replace(":", "-")
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
