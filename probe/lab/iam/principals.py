"""Who calls: a user, or a session of a role, as the policies and AWS's messages name them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Principal:
    """A caller.  ``arn`` as sts:GetCallerIdentity answers it; ``session`` is empty for a user.

    ``name`` is the user's or the role's, ``unique`` AWS's id of it, ``source_arn`` the ARN of the user or
    role itself (with its path), which policies are attached to.  ``session_policies`` are the documents that
    the session was opened with, as JSON text: it may do no more than they say.
    """

    arn: str
    account: str
    name: str
    source_arn: str
    unique: str
    session: str = ""
    session_policies: tuple[str, ...] = ()

    @property
    def accounts(self) -> frozenset[str]:
        """The names by which a policy may mean the caller's account."""
        root = f"arn:{self.arn.split(':')[1]}:iam::{self.account}:root" if self.account else ""
        return frozenset({self.account, root}) - {""}

    @property
    def user_id(self) -> str:
        return f"{self.unique}:{self.session}" if self.session else self.unique

    @property
    def context(self) -> dict[str, str]:
        """The condition keys that every request of this caller has."""
        if not self.account:
            return {"aws:PrincipalIsAWSService": "true", "aws:PrincipalServiceName": self.name}
        keys = {
            "aws:PrincipalArn": self.source_arn,
            "aws:PrincipalAccount": self.account,
            "aws:PrincipalIsAWSService": "false",
            "aws:PrincipalType": "AssumedRole" if self.session else "User",
            "aws:userid": self.user_id,
        }
        return keys if self.session else {**keys, "aws:username": self.name}


def service(name: str) -> Principal:
    """An AWS service that acts for itself, of no account: ``ecs-tasks.amazonaws.com``."""
    return Principal(name, "", name, name, name)


@dataclass(frozen=True)
class Credentials:
    """Temporary keys of a role's session; ``expiration`` in UTC."""

    access_key: str
    secret_key: str
    token: str
    expiration: datetime
    role_arn: str
    session: str
