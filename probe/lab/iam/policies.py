"""Policy documents as statements, and whether a statement speaks of a question.  Pure.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from typing import Any

from probe.lab.iam import conditions
from probe.lab.iam.principals import Principal
from probe.lab.iam.wildcards import Context, filled, matches


@dataclass(frozen=True)
class Question:
    """Whether ``principal`` (None: anonymous) may do ``action`` to ``resource``, an ARN or ``*``.

    ``context`` has condition keys.
    """

    principal: Principal | None
    action: str
    resource: str = "*"
    context: Context = field(default_factory=dict)


_COLONS = 5
"""Of an ARN, before its resource."""

_WITH_VARIABLES = "2012-10-17"

EVERYTHING: Mapping[str, Any] = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
"""A policy that allows everything."""


class Grant(IntEnum):
    """How a statement of a resource policy reaches a caller; the greater, the less else has to allow."""

    NONE = 0
    ACCOUNT = 1
    """The caller's account is named: the account may delegate, its identity policies still decide."""
    DIRECT = 2
    """The role is named, or everybody: only a boundary and a session policy still limit it."""
    ITSELF = 3
    """The session or the user itself is named: nothing that does not deny limits it."""


@dataclass(frozen=True)
class Statement:
    """One statement; ``principal`` is None where the policy has no such element (identity policies).

    ``source`` is the ARN of its policy, empty for one that has none of its own.
    """

    effect: str
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    principal: tuple[str, ...] | None
    not_principal: tuple[str, ...] | None
    condition: Mapping[str, Mapping[str, Any]]
    source: str = ""

    @property
    def allows(self) -> bool:
        return self.effect == "Allow"

    def covers(self, question: Question) -> bool:
        """Whether action, resource and conditions match; the principal is asked apart (``grant``)."""
        return (
            _named(question.action, self.actions, self.not_actions, fold=True)
            and self._covers_resource(question)
            and conditions.hold(self.condition, question.context)
        )

    def concerns(self, services: Iterable[str]) -> bool:
        """Whether an action of any of the services can be meant (``*`` and NotAction mean all)."""
        named = [action.partition(":")[0].lower() for action in self.actions]
        return not named or any(matches(name, service) for name in named for service in services)

    def _covers_resource(self, question: Question) -> bool:
        if not self.resources and not self.not_resources:
            return True  # ECR repository policies have no Resource: the repository is meant.
        fill = [self._pattern(resource, question) for resource in self.resources]
        fill_not = [self._pattern(resource, question) for resource in self.not_resources]
        return _named(question.resource, fill, fill_not, fold=False)

    def _pattern(self, resource: str, question: Question) -> str:
        """A resource with its variables filled; an identity policy need not write an ARN to its end.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
        """
        short = resource.startswith("arn:") and self.principal is None
        missing = _COLONS - resource.count(":") if short else 0
        return filled(resource + ":*" * missing, question.context)

    def grant(self, principal: Principal | None) -> Grant:
        """How the statement's principal element reaches the caller."""
        if self.not_principal is not None:
            return Grant.NONE if _is_spared(self.not_principal, principal) else Grant.DIRECT
        return Grant.DIRECT if self.principal is None else _reach(self.principal, principal)


def _reach(named: Iterable[str], principal: Principal | None) -> Grant:
    return max((_reaches(name, principal) for name in named), default=Grant.NONE)


def _reaches(name: str, principal: Principal | None) -> Grant:
    if principal is not None and name == principal.arn:
        return Grant.ITSELF
    if name == "*" or (principal is not None and name == principal.source_arn):
        return Grant.DIRECT
    return Grant.ACCOUNT if principal is not None and name in principal.accounts else Grant.NONE


def _is_spared(named: Iterable[str], principal: Principal | None) -> bool:
    """NotPrincipal spares a caller whose session, role and account are all named, a service by its name.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    """
    names = set(named)
    if principal is None or "*" in names:
        return "*" in names
    of_account = not principal.account or not names.isdisjoint(principal.accounts)
    return {principal.arn, principal.source_arn} <= names and of_account


def statements(document: str | Mapping[str, Any] | None, source: str = "") -> tuple[Statement, ...]:
    """The statements of a policy document (JSON text or parsed) of that ARN; of none, none.

    Raises ValueError for text that is no JSON.
    """
    if not document:
        return ()
    return _parsed(document, source) if isinstance(document, str) else _statements(document, source)


@cache
def _parsed(text: str, source: str) -> tuple[Statement, ...]:
    return _statements(json.loads(text), source)


def _statements(document: Mapping[str, Any], source: str) -> tuple[Statement, ...]:
    listed = _listed(document.get("Statement"))
    if document.get("Version") != _WITH_VARIABLES:
        listed = [{name: _without_variables(part) for name, part in each.items()} for each in listed]
    return tuple(_statement(each, source) for each in listed)


def _without_variables(part: Any) -> Any:
    """A part of a statement as the first version of the language reads it: ``${…}`` is text.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    match part:
        case str():
            return part.replace("${", "${$}{")
        case list():
            return [_without_variables(each) for each in part]
        case dict():
            return {name: _without_variables(each) for name, each in part.items()}
        case _:
            return part


def _statement(raw: Mapping[str, Any], source: str) -> Statement:
    return Statement(
        raw.get("Effect", "Deny"),
        tuple(_listed(raw.get("Action"))),
        tuple(_listed(raw.get("NotAction"))),
        tuple(_listed(raw.get("Resource"))),
        tuple(_listed(raw.get("NotResource"))),
        _principals(raw.get("Principal")),
        _principals(raw.get("NotPrincipal")),
        raw.get("Condition") or {},
        source,
    )


def _principals(raw: Any) -> tuple[str, ...] | None:
    if raw is None:
        return None
    if isinstance(raw, str):
        return (raw,)
    kinds: Mapping[str, Any] = raw
    return tuple(name for kind in ("AWS", "Service") for name in _listed(kinds.get(kind)))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _named(value: str, positive: Iterable[str], negative: Iterable[str], *, fold: bool) -> bool:
    wanted, unwanted = list(positive), list(negative)
    if unwanted and not wanted:
        return not any(matches(pattern, value, fold=fold) for pattern in unwanted)
    return any(matches(pattern, value, fold=fold) for pattern in wanted)
