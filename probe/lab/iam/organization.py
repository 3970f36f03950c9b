"""The organization that an account belongs to, and the policies that bind its callers and its resources.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from probe.lab.iam.evaluation import Statements
from probe.lab.iam.policies import statements

Backend = Callable[..., Any]

SERVICE_CONTROL, RESOURCE_CONTROL = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"

_RESOURCE_CONTROLLED = frozenset({"s3", "sts", "kms", "sqs", "secretsmanager", "ecr", "logs"})
"""Services of this lab whose resources RCPs bind.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services
"""


def identity(backend: Backend, account: str) -> str:
    """The organization's id; empty where the account is in none."""
    found = backend("organizations").org
    return str(found.id) if found and _member(backend, account) else ""


def service_control(backend: Backend, account: str) -> tuple[Statements, ...]:
    """What binds an account's callers, one entry a level from the root down; nothing binds the manager's."""
    return tuple(_levels(backend, account, SERVICE_CONTROL))


def resource_control(backend: Backend, account: str, service: str) -> Statements:
    """What binds an account's resources of a service."""
    if service not in _RESOURCE_CONTROLLED:
        return ()
    return tuple(each for level in _levels(backend, account, RESOURCE_CONTROL) for each in level)


def _levels(backend: Backend, account: str, kind: str) -> Iterator[Statements]:
    state = backend("organizations")
    found = _member(backend, account)
    if found is None or account == state.org.master_account_id:
        return
    for holder in reversed(list(_chain(state, found))):
        attached = (policy for policy in holder.attached_policies if policy.type == kind)
        yield tuple(
            each
            for policy in attached
            for each in statements(policy.content, "" if policy.aws_managed else policy.arn)
        )


def _member(backend: Backend, account: str) -> Any:
    state = backend("organizations")
    return next((each for each in state.accounts if each.id == account), None) if state.org else None


def _chain(state: Any, holder: Any) -> Iterator[Any]:
    """An account and the units above it."""
    while holder is not None:
        yield holder
        holder = next((unit for unit in state.ou if unit.id == holder.parent_id), None)
