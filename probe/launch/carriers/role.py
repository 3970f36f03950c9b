"""A role for the functions of one run: made when the first of them needs it, and taken away after the last.

It may do what Lambda needs to put a function into a VPC and nothing else: a function that may not write its
log leaves no log group behind.
"""

from __future__ import annotations

from contextlib import suppress
from threading import Lock
from types import TracebackType
from typing import Any, Self

import msgspec

from probe.launch.refusals import FAILURES, asking, in_one_line
from probe.launch.refused import RefusedError
from probe.launch.telling import Tell
from probe.launch.uncut import uncut
from probe.plan.requests import TAG

_POLICY = "interfaces-in-a-vpc"
_TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
_INTERFACES = {
    "Effect": "Allow",
    "Action": [
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:UnassignPrivateIpAddresses",
    ],
    "Resource": "*",
}
"""AWSLambdaVPCAccessExecutionRole without its actions of CloudWatch Logs.

https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaVPCAccessExecutionRole.html
"""


def name_of(run: str) -> str:
    """The role's name in a run."""
    return f"{TAG}-{run}"


def requests(run: str) -> dict[str, dict[str, Any]]:
    """The exact requests that make it, by their operation, in order."""
    name = name_of(run)
    return {
        "CreateRole": {
            "RoleName": name,
            "Description": "For functions that run-probe makes and deletes",
            "AssumeRolePolicyDocument": _document(_TRUST),
            "Tags": [{"Key": TAG, "Value": run}],
        },
        "PutRolePolicy": {
            "RoleName": name,
            "PolicyName": _POLICY,
            "PolicyDocument": _document(_INTERFACES),
        },
    }


def _document(statement: dict[str, Any]) -> str:
    return msgspec.json.encode({"Version": "2012-10-17", "Statement": [statement]}).decode()


class Lent:
    """A run's role, which threads may ask for at once; as a context manager it leaves none."""

    def __init__(self, session: Any, run: str, tell: Tell) -> None:
        self._session, self._run, self._tell = session, run, tell
        self._lock = Lock()
        self._made: str | RefusedError | None = None
        self._is_there = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        with self._lock:
            if self._is_there:
                uncut(self._remove)

    def arn(self) -> str:
        """The role's ARN; the first call makes it.  ``RefusedError`` where that is not allowed."""
        with self._lock:
            if self._made is None:
                self._made = self._tried()
        if isinstance(self._made, RefusedError):
            raise self._made
        return self._made

    def _tried(self) -> str | RefusedError:
        """The ARN, or the refusal that every function is to hear."""
        try:
            return self._make()
        except RefusedError as refused:
            return refused

    def _make(self) -> str:
        iam, name, wanted = self._session.client("iam"), name_of(self._run), requests(self._run)
        self._tell(f"a role is being made for the functions: {name}")
        what = f"cannot make the role {name} for the functions"
        with asking(what, "iam:CreateRole", f"role/{name}"):
            arn = str(iam.create_role(**wanted["CreateRole"])["Role"]["Arn"])
        self._is_there = True
        with asking(what, "iam:PutRolePolicy", f"role/{name}"):
            iam.put_role_policy(**wanted["PutRolePolicy"])
        return arn

    def _remove(self) -> None:
        iam, name = self._session.client("iam"), name_of(self._run)
        try:
            with suppress(iam.exceptions.NoSuchEntityException):
                iam.delete_role_policy(RoleName=name, PolicyName=_POLICY)
            iam.delete_role(RoleName=name)
        except FAILURES as error:
            self._tell(f"could not remove role {name}: {in_one_line(error)}; run-probe cleanup finishes it")
