"""Policy documents as statements, and whether a statement speaks of a question.  Pure.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any

from probe.lab.iam import conditions
from probe.lab.iam.principals import Principal


@dataclass(frozen=True)
class Question:
    """Whether ``principal`` (None: anonymous) may do ``action`` to ``resource``, an ARN or ``*``.

    ``context`` has condition keys.
    """

    principal: Principal | None
    action: str
    resource: str = "*"
    context: Mapping[str, str] = field(default_factory=dict)


EVERYTHING: Mapping[str, Any] = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
"""A policy that allows everything."""


class Grant(Enum):
    """How a statement of a resource policy reaches a caller."""

    NONE = "none"
    ACCOUNT = "account"
    """The caller's account is named: the account may delegate, its identity policies still decide."""
    DIRECT = "direct"


@dataclass(frozen=True)
class Statement:
    """One statement; ``principal`` is None where the policy has no such element (identity policies)."""

    effect: str
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    principal: tuple[str, ...] | None
    not_principal: tuple[str, ...] | None
    condition: Mapping[str, Mapping[str, Any]]

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

    def _covers_resource(self, question: Question) -> bool:
        if not self.resources and not self.not_resources:
            return True  # ECR repository policies have no Resource: the repository is meant.
        fill = [conditions.filled(pattern, question.context) for pattern in self.resources]
        fill_not = [conditions.filled(pattern, question.context) for pattern in self.not_resources]
        return _named(question.resource, fill, fill_not, fold=False)

    def grant(self, principal: Principal | None) -> Grant:
        """How the statement's principal element reaches the caller."""
        if self.not_principal is not None:
            return Grant.NONE if _reach(self.not_principal, principal) != Grant.NONE else Grant.DIRECT
        return Grant.DIRECT if self.principal is None else _reach(self.principal, principal)


def _reach(named: Iterable[str], principal: Principal | None) -> Grant:
    best = Grant.NONE
    for name in named:
        if name == "*" or (principal and name in principal.names):
            return Grant.DIRECT
        if principal and name in (
            principal.account,
            f"arn:{principal.partition}:iam::{principal.account}:root",
        ):
            best = Grant.ACCOUNT
    return best


def statements(document: str | Mapping[str, Any] | None) -> tuple[Statement, ...]:
    """The statements of a policy document (JSON text or parsed); of none, none.

    Raises ValueError for text that is no JSON.
    """
    if not document:
        return ()
    return _parsed(document) if isinstance(document, str) else _statements(document)


@cache
def _parsed(text: str) -> tuple[Statement, ...]:
    return _statements(json.loads(text))


def _statements(document: Mapping[str, Any]) -> tuple[Statement, ...]:
    return tuple(_statement(each) for each in _listed(document.get("Statement")))


def _statement(raw: Mapping[str, Any]) -> Statement:
    return Statement(
        raw.get("Effect", "Deny"),
        tuple(_listed(raw.get("Action"))),
        tuple(_listed(raw.get("NotAction"))),
        tuple(_listed(raw.get("Resource"))),
        tuple(_listed(raw.get("NotResource"))),
        _principals(raw.get("Principal")),
        _principals(raw.get("NotPrincipal")),
        raw.get("Condition") or {},
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


def matches(pattern: str, value: str, *, fold: bool = False) -> bool:
    """Whether ``*`` and ``?`` of a pattern cover a value; ``fold`` ignores case, as actions do."""
    return _glob(pattern, fold).fullmatch(value) is not None


@cache
def _glob(pattern: str, fold: bool) -> re.Pattern[str]:  # noqa: FBT001 - cached: positional keys are shared
    text = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern)
    return re.compile(text, re.DOTALL | (re.IGNORECASE if fold else 0))
