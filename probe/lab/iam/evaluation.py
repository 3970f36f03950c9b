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

    ``service_control`` has one entry a level of the organization, each of which must allow, and
    ``resource_control`` denies only.  ``closed`` marks a resource whose own policy (a KMS key's, a role's
    trust) must speak before the account's identity policies count; ``foreign`` a resource of another account:
    identity *and* resource policy must allow.  ``resource_kind`` is what messages call the resource's policy.
    """

    identity: Statements = ()
    boundary: Statements | None = None
    resource: Statements | None = None
    endpoint: Statements | None = None
    session: Statements | None = None
    service_control: tuple[Statements, ...] = ()
    resource_control: Statements = ()
    closed: bool = False
    foreign: bool = False
    resource_kind: str = "resource-based policy"


@dataclass(frozen=True)
class Decision:
    """``clause`` is what AWS appends to a denial (``because …`` or ``with …``); empty when allowed."""

    clause: str = ""

    @property
    def allowed(self) -> bool:
        return not self.clause

    @property
    def explicit(self) -> bool:
        """Whether a statement denies, where not only no statement allows."""
        return self.clause.startswith("with")


def decide(question: Question, policies: Policies) -> Decision:
    """Explicit denials first, then each kind of policy that must allow, in the order AWS reports them."""
    denied = _explicit(question, policies)
    return Decision(denied or _around(question, policies) or _granted(question, policies))


def _around(question: Question, policies: Policies) -> str:
    """What has to allow whoever asks: the endpoint's policy, and every level of the organization."""
    if policies.endpoint is not None and _grant(question, policies.endpoint) is Grant.NONE:
        return _lacking(question, "VPC endpoint policy")
    if not all(allows(question, level) for level in policies.service_control):
        return _lacking(question, "service control policy")
    return ""


def _granted(question: Question, policies: Policies) -> str:
    """The resource's and the caller's own policies, within the caller's limits.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    reach = Grant.NONE if policies.resource is None else _grant(question, policies.resource)
    if reach is Grant.NONE and (policies.closed or policies.foreign):
        return _lacking(question, policies.resource_kind)
    if reach is Grant.ITSELF and not policies.foreign:
        return ""
    if (reach < Grant.DIRECT or policies.foreign) and not allows(question, policies.identity):
        return _lacking(question, "identity-based policy")
    limits = (("permissions boundary", policies.boundary), ("session policy", policies.session))
    short = (name for name, limit in limits if limit is not None and not allows(question, limit))
    return next((_lacking(question, name) for name in short), "")


def _lacking(question: Question, kind: str) -> str:
    return f"because no {kind} allows the {question.action} action"


def _explicit(question: Question, policies: Policies) -> str:
    """The clause of a denial; a policy with an ARN of its own is named by it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    """
    article = "the" if policies.resource_kind == "role trust policy" else "a"
    kinds = (
        ("a service control policy", tuple(each for level in policies.service_control for each in level)),
        ("a resource control policy", policies.resource_control),
        ("an identity-based policy", policies.identity),
        ("a permissions boundary", policies.boundary),
        ("a session policy", policies.session),
        (f"{article} {policies.resource_kind}", policies.resource),
        ("a VPC endpoint policy", policies.endpoint),
    )
    for name, statements in kinds:
        found = next((each for each in statements or () if _denies(question, each)), None)
        if found is not None:
            return f"with an explicit deny in {name}" + (f": {found.source}" if found.source else "")
    return ""


def _denies(question: Question, statement: Statement) -> bool:
    reaches = not statement.allows and statement.grant(question.principal) is not Grant.NONE
    return reaches and statement.covers(question)


def allows(question: Question, statements: Iterable[Statement]) -> bool:
    """Whether one of the statements of a policy without principals allows it."""
    return any(each.allows and each.covers(question) for each in statements)


def _grant(question: Question, statements: Iterable[Statement]) -> Grant:
    """The best that a policy with principals does for the caller."""
    reaching = ((each, each.grant(question.principal)) for each in statements if each.allows)
    grants = (grant for each, grant in reaching if grant is not Grant.NONE and each.covers(question))
    return max(grants, default=Grant.NONE)
