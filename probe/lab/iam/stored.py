"""The policies and identities that moto keeps, read at the moment of the question."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from probe.lab.iam.evaluation import Policies, Statements
from probe.lab.iam.policies import Question, statements
from probe.lab.iam.principals import Principal

Backend = Callable[..., Any]
"""moto's backend of a service, in the lab's region or in a second argument's."""


def user_of_key(backend: Backend, account: str, access_key: str) -> Principal | None:
    """The IAM user that an active long-lived key belongs to."""
    for user in backend("iam").users.values():
        if any(key.access_key_id == access_key and key.status == "Active" for key in user.access_keys):
            return Principal(user.arn, account, user.name, user.arn, user.id)
    return None


@dataclass(frozen=True)
class Session:
    """A role's session; ``ends`` in UTC."""

    principal: Principal
    ends: datetime
    token: str


def session_of_key(backend: Backend, access_key: str) -> Session | None:
    """The session that sts:AssumeRole gave a key to."""
    session = backend("sts").get_assumed_role_from_access_key(access_key)
    if session is None:
        return None
    principal = session_principal(backend, session.role_arn, session.session_name)
    if principal is None:
        return None
    return Session(principal, session.expiration.replace(tzinfo=UTC), session.session_token)


def role(backend: Backend, role_arn: str) -> Any:
    """Moto's role of that ARN, or None."""
    return next((each for each in backend("iam").roles.values() if each.arn == role_arn), None)


def session_principal(backend: Backend, role_arn: str, session: str) -> Principal | None:
    """The caller that a session of a role is; None when there is no such role."""
    found = role(backend, role_arn)
    if found is None:
        return None
    account = role_arn.split(":")[4]
    partition = role_arn.split(":")[1]
    arn = f"arn:{partition}:sts::{account}:assumed-role/{found.name}/{session}"
    return Principal(arn, account, found.name, role_arn, found.id, session)


def policies(backend: Backend, question: Question, endpoint: str | None) -> Policies:
    """Everything that speaks on a question, from every place policies are kept."""
    identity, boundary = _of_principal(backend, question.principal)
    resource, key = _of_resource(backend, question)
    account = question.resource.split(":")[4] if question.resource.count(":") >= 5 else ""  # noqa: PLR2004 - an ARN's parts
    foreign = bool(question.principal and account and account != question.principal.account)
    return Policies(
        identity, boundary, resource, endpoint_policy(backend, endpoint), key=key, foreign=foreign
    )


def endpoint_policy(backend: Backend, endpoint: str | None) -> Statements | None:
    """A VPC endpoint's policy, or None when the request came through none."""
    found = backend("ec2").vpc_end_points.get(endpoint) if endpoint else None
    return statements(found.policy_document) if found else None


def _of_principal(backend: Backend, principal: Principal | None) -> tuple[Statements, Statements | None]:
    iam = backend("iam")
    if principal is None:
        return (), None
    if principal.session:
        holder = role(backend, principal.source_arn)
        documents = _attached(holder) if holder else []
    else:
        holder = iam.users.get(principal.name)
        groups = [group for group in iam.groups.values() if holder in group.users]
        documents = [text for each in [holder, *groups] if each for text in _attached(each)]
    boundary = getattr(holder, "permissions_boundary_arn", None)
    limit = iam.managed_policies.get(boundary) if boundary else None
    return _joined(documents), statements(_default(limit)) if limit else None


def _attached(holder: Any) -> list[Any]:
    """Inline and managed documents of a user, a group or a role."""
    return [*holder.policies.values(), *(_default(policy) for policy in holder.managed_policies.values())]


def _default(policy: Any) -> Any:
    versions = [version for version in policy.versions if version.version_id == policy.default_version_id]
    return versions[0].document if versions else None


def _joined(documents: Iterable[Any]) -> Statements:
    return tuple(statement for document in documents for statement in statements(document))


def _of_resource(backend: Backend, question: Question) -> tuple[Statements | None, bool]:
    """The resource's own policy, and whether it is a KMS key's."""
    service = question.action.partition(":")[0]
    region = question.resource.split(":")[3] if question.resource.startswith("arn:") else ""
    match service:
        case "secretsmanager":
            secret = _secret(backend("secretsmanager", region), question.resource)
            return _policy(secret), False
        case "ecr":
            name = question.resource.partition(":repository/")[2]
            return _policy(backend("ecr", region).repositories.get(name)), False
        case "s3":
            bucket = question.resource.removeprefix("arn:aws:s3:::").partition("/")[0]
            return _policy(backend("s3").buckets.get(bucket)), False
        case "kms":
            key = backend("kms", region).keys.get(question.resource.rpartition("key/")[2])
            return (_policy(key), True) if key else (None, False)
        case _:
            return None, False


def _secret(secretsmanager: Any, arn: str) -> Any:
    return next((each for each in secretsmanager.secrets.values() if each.arn == arn), None)


def _policy(holder: Any) -> Statements | None:
    text = getattr(holder, "policy", None)
    text = text.decode() if isinstance(text, bytes) else text
    return statements(text) if text else None
