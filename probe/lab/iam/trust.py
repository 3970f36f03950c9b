"""Who may assume a role: its trust policy."""

from __future__ import annotations

from typing import Any

from probe.lab.iam.policies import Grant, Statement, statements
from probe.lab.iam.principals import Principal

_ASSUME = "sts:AssumeRole"


def admits_service(role: Any, service: str) -> bool:
    """Whether a role's trust policy names an AWS service (``ecs-tasks.amazonaws.com``)."""
    return any(service in (each.principal or ()) for each in _allowing(role))


def admits(role: Any, principal: Principal) -> Grant:
    """How a role's trust policy reaches a caller."""
    grants = {each.grant(principal) for each in _allowing(role)}
    return next((grant for grant in (Grant.DIRECT, Grant.ACCOUNT) if grant in grants), Grant.NONE)


def _allowing(role: Any) -> list[Statement]:
    document = statements(role.assume_role_policy_document)
    return [each for each in document if each.allows and any(_covers(action) for action in each.actions)]


def _covers(action: str) -> bool:
    return action.lower() in ("*", "sts:*", _ASSUME.lower())
