"""AWS's decision for one question, with the clause its messages give as the reason.  Pure.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from probe.lab.iam.policies import Grant, Question, Statement

Statements = tuple[Statement, ...]


@dataclass(frozen=True)
class Policies:
    """All that speaks on a question.  None where there is no policy of that kind.

    ``key`` marks a KMS key's policy: without its word the account's identity policies count for nothing.
    ``foreign`` marks a resource of another account: identity *and* resource policy must allow.
    """

    identity: Statements = ()
    boundary: Statements | None = None
    resource: Statements | None = None
    endpoint: Statements | None = None
    key: bool = False
    foreign: bool = False


@dataclass(frozen=True)
class Decision:
    """``clause`` is what AWS appends to a denial (``because …`` or ``with …``); empty when allowed."""

    allowed: bool
    clause: str = ""


ALLOWED = Decision(allowed=True)


def decide(question: Question, policies: Policies) -> Decision:
    """Explicit denials first, then each kind of policy that must allow, in the order AWS reports them."""
    denied = _explicit(question, policies)
    if denied:
        return Decision(allowed=False, clause=f"with an explicit deny in {denied}")
    if policies.endpoint is not None and _grant(question, policies.endpoint) is Grant.NONE:
        return _implicit(question, "VPC endpoint policy")
    resource = Grant.NONE if policies.resource is None else _grant(question, policies.resource)
    if policies.key or policies.foreign:
        return _both(question, policies, resource)
    if resource is Grant.DIRECT:
        return ALLOWED
    return _identity(question, policies)


def _both(question: Question, policies: Policies, resource: Grant) -> Decision:
    if resource is Grant.NONE:
        return _implicit(question, "resource-based policy")
    if policies.key and resource is Grant.DIRECT:
        return ALLOWED
    return _identity(question, policies)


def _identity(question: Question, policies: Policies) -> Decision:
    if not _allows(question, policies.identity):
        return _implicit(question, "identity-based policy")
    if policies.boundary is not None and not _allows(question, policies.boundary):
        return Decision(
            allowed=False, clause=f"because no permissions boundary allows the {question.action} action"
        )
    return ALLOWED


def _implicit(question: Question, kind: str) -> Decision:
    return Decision(allowed=False, clause=f"because no {kind} allows the {question.action} action")


def _explicit(question: Question, policies: Policies) -> str:
    kinds = (
        ("an identity-based policy", policies.identity),
        ("a permissions boundary", policies.boundary),
        ("a resource-based policy", policies.resource),
        ("a VPC endpoint policy", policies.endpoint),
    )
    for name, statements in kinds:
        denials = [each for each in statements or () if not each.allows and each.covers(question)]
        if any(each.grant(question.principal) is not Grant.NONE for each in denials):
            return name
    return ""


def _allows(question: Question, statements: Iterable[Statement]) -> bool:
    return any(each.allows and each.covers(question) for each in statements)


def _grant(question: Question, statements: Iterable[Statement]) -> Grant:
    """The best that a policy with principals does for the caller."""
    grants = {each.grant(question.principal) for each in statements if each.allows and each.covers(question)}
    return next((grant for grant in (Grant.DIRECT, Grant.ACCOUNT) if grant in grants), Grant.NONE)
