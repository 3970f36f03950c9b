"""The policies and identities that moto keeps, read at the moment of the question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from probe.lab.iam import conditions, organization, resources
from probe.lab.iam.evaluation import Policies, Statements
from probe.lab.iam.policies import Question, statements
from probe.lab.iam.principals import Principal

SERVED = frozenset(
    {"ecr", "s3", "logs", "secretsmanager", "ssm", "kms", "sts", "iam", "ecs", "ec2", "lambda"}
)
"""Services whose calls the lab asks permissions for; elsewhere a condition that it does not know is idle."""

Backend = Callable[..., Any]
"""moto's backend of a service, in the lab's region or in a second argument's, of an ``account`` if given."""


@dataclass(frozen=True)
class Holder:
    """Whom keys belong to: ``secret`` is the secret key, ``token`` and ``ends`` (UTC) are a session's."""

    principal: Principal
    secret: str
    token: str = ""
    ends: datetime | None = None


def user_of_key(backend: Backend, account: str, access_key: str) -> Holder | None:
    """The IAM user that an active long-lived key belongs to."""
    for user in backend("iam").users.values():
        for key in user.access_keys:
            if key.access_key_id == access_key and key.status == "Active":
                principal = Principal(user.arn, account, user.name, user.arn, user.id)
                return Holder(principal, key.secret_access_key)
    return None


def session_of_key(backend: Backend, access_key: str, limits: tuple[str, ...] = ()) -> Holder | None:
    """The session that sts:AssumeRole gave a key to, in whichever account; ``limits`` are its policies."""
    from moto.sts.models import sts_backends

    for account in list(sts_backends):
        session = backend("sts", account=account).get_assumed_role_from_access_key(access_key)
        principal = (
            session_principal(backend, session.role_arn, session.session_name, limits) if session else None
        )
        if principal is not None:
            ends = session.expiration.replace(tzinfo=UTC)
            return Holder(principal, session.secret_access_key, session.session_token, ends)
    return None


def role(backend: Backend, role_arn: str) -> Any:
    """Moto's role of that ARN, or None."""
    account = resources.account_of(role_arn)
    roles = backend("iam", account=account).roles.values() if account else ()
    return next((each for each in roles if each.arn == role_arn), None)


def session_principal(
    backend: Backend, role_arn: str, session: str, limits: tuple[str, ...] = ()
) -> Principal | None:
    """The caller that a session of a role is; None when there is no such role."""
    found = role(backend, role_arn)
    if found is None:
        return None
    account = role_arn.split(":")[4]
    partition = role_arn.split(":")[1]
    arn = f"arn:{partition}:sts::{account}:assumed-role/{found.name}/{session}"
    return Principal(arn, account, found.name, role_arn, found.id, session, limits)


def policies(backend: Backend, question: Question, endpoint: str | None) -> Policies:
    """Everything that speaks on a question, from every place policies are kept."""
    principal, own = question.principal, resources.policy(backend, question)
    identity, boundary = of_principal(backend, principal)
    service, account = question.action.partition(":")[0], resources.owner(question)
    return Policies(
        identity,
        boundary,
        own.statements,
        endpoint_policy(backend, endpoint),
        _of_session(principal),
        organization.service_control(backend, principal.account) if principal and principal.account else (),
        organization.resource_control(backend, account, service),
        own.closed,
        foreign=bool(principal and principal.account and account != principal.account),
        resource_kind=own.kind,
    )


def endpoint_policy(backend: Backend, endpoint: str | None) -> Statements | None:
    """A VPC endpoint's policy, or None when the request came through none."""
    found = backend("ec2").vpc_end_points.get(endpoint) if endpoint else None
    return statements(found.policy_document) if found else None


def _of_session(principal: Principal | None) -> Statements | None:
    given = principal.session_policies if principal else ()
    return tuple(each for document in given for each in statements(document)) if given else None


def of_principal(backend: Backend, principal: Principal | None) -> tuple[Statements, Statements | None]:
    """What is attached to a caller, and its permissions boundary (None where it has none)."""
    if principal is None or not principal.account:
        return (), None
    iam = backend("iam", account=principal.account)
    if principal.session:
        holder = role(backend, principal.source_arn)
        found = _attached(holder) if holder else ()
    else:
        holder = iam.users.get(principal.name)
        groups = [group for group in iam.groups.values() if holder in group.users]
        found = tuple(each for one in [holder, *groups] if one for each in _attached(one))
    arn = getattr(holder, "permissions_boundary_arn", None)
    limit = iam.managed_policies.get(arn) if arn else None
    return found, managed(limit) if limit else None


def _attached(holder: Any) -> Statements:
    """Inline and managed policies of a user, a group or a role."""
    inline = (each for document in holder.policies.values() for each in statements(document))
    return (*inline, *(each for policy in holder.managed_policies.values() for each in managed(policy)))


def managed(policy: Any) -> Statements:
    """The statements of a managed policy's default version, which name it as their source."""
    versions = [version for version in policy.versions if version.version_id == policy.default_version_id]
    return statements(versions[0].document, policy.arn) if versions else ()


def lacks(backend: Backend) -> Iterator[str]:
    """What the conditions of policies ask for that the lab does not know, where it evaluates them."""
    for name, found in _kept(backend):
        for each in found:
            if each.concerns(SERVED):
                yield from (f"{lack} in the policy of {name}" for lack in conditions.lacks(each.condition))


def _kept(backend: Backend) -> Iterator[tuple[str, Statements]]:
    """Every policy that somebody may meet, under a name."""
    iam = backend("iam")
    for holder in (*iam.roles.values(), *iam.users.values(), *iam.groups.values()):
        yield holder.name, _attached(holder)
    for policy in iam.managed_policies.values():
        if ":aws:policy/" not in policy.arn:
            yield policy.arn, managed(policy)
    for endpoint in backend("ec2").vpc_end_points.values():
        yield endpoint.id, statements(endpoint.policy_document)
    for one in (
        *backend("secretsmanager").secrets.values(),
        *backend("ecr").repositories.values(),
        *backend("kms").keys.values(),
        *backend("s3").buckets.values(),
    ):
        yield str(getattr(one, "arn", one)), resources.written(one) or ()
    for policy in backend("organizations").policies:
        yield policy.arn, statements(policy.content)
