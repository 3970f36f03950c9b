"""Policy documents: whether one admits an action on a resource, by allow, deny and wildcards.

Conditions are not evaluated: a statement that has one could decide either way, and then the answer is
*unknown*.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from probe.evidence.flows import Verdict
from probe.model import Noun

_ARN = 5
"""Colons in an ARN before its resource."""


class Statement(Noun, kw_only=True):
    """One statement, its scalars made lists."""

    sid: str
    allow: bool
    conditional: bool
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    principals: tuple[str, ...] = ("*",)


class Ruling(Noun, kw_only=True):
    """What a document says, and the statement that decides; ``None`` where no statement matches."""

    verdict: Verdict
    statement: str | None = None


def admits(document: str | None, action: str, resource: str, role: str | None = None) -> Ruling:
    """Whether a policy document (JSON text) admits the request; no document, as on a new endpoint, does.

    With a ``role``, its ARN, only statements that reach it, or its account, count.
    """
    if document is None:
        return Ruling(verdict=Verdict.ALLOWS)
    statements = parse(document)
    if statements is None:
        return Ruling(verdict=Verdict.UNKNOWN)
    matching = [one for one in statements if _matches(one, action, resource) and _reaches(one, role)]
    denies = [one for one in matching if not one.allow]
    allows = [one for one in matching if one.allow]
    for candidates, verdict in ((denies, Verdict.BLOCKS), (allows, Verdict.ALLOWS)):
        certain = next((one for one in candidates if not one.conditional), None)
        if certain is not None:
            return Ruling(verdict=verdict, statement=certain.sid)
        if candidates:
            return Ruling(verdict=Verdict.UNKNOWN, statement=candidates[0].sid)
    return Ruling(verdict=Verdict.BLOCKS)


def denial(document: str, action: str, resource: str) -> str | None:
    """The statement that denies the request, whatever its condition; ``None`` where none can."""
    found = (one for one in parse(document) or () if not one.allow and _matches(one, action, resource))
    return next((one.sid for one in found), None)


def grants(document: str, action: str, resource: str, role: str | None = None) -> bool:
    """Whether a statement allows the request, on a condition or none; with a ``role``, to it by name."""
    found = (one for one in parse(document) or () if one.allow and _matches(one, action, resource))
    return any(role is None or {"*", role} & set(one.principals) for one in found)


def delegates(document: str, role: str) -> bool:
    """Whether a KMS key's policy leaves it to the account's own policies who may use the key.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    account = role.split(":")[4] if role.count(":") >= _ARN else ""
    return any(
        one.allow and not one.conditional and any(name in _account(role, account) for name in one.principals)
        for one in parse(document) or ()
    )


def _account(role: str, account: str) -> tuple[str, str]:
    return (account, f"arn:{role.split(':')[1]}:iam::{account}:root") if account else ("", "")


def _reaches(statement: Statement, role: str | None) -> bool:
    if role is None or "*" in statement.principals or role in statement.principals:
        return True
    account = role.split(":")[4] if role.count(":") >= _ARN else ""
    return any(name in _account(role, account) for name in statement.principals)


def parse(document: str) -> tuple[Statement, ...] | None:
    """The statements of a document; ``None`` where it is no policy."""
    try:
        read = msgspec.json.decode(document)
    except msgspec.DecodeError:
        return None
    if not isinstance(read, dict):
        return None
    statements = read.get("Statement", [])
    listed = statements if isinstance(statements, list) else [statements]
    return tuple(_statement(one, at) for at, one in enumerate(listed) if isinstance(one, dict))


def _statement(raw: Mapping[str, Any], position: int) -> Statement:
    return Statement(
        sid=str(raw.get("Sid") or f"statement {position + 1}"),
        allow=raw.get("Effect") == "Allow",
        conditional=bool(raw.get("Condition")),
        actions=_texts(raw.get("Action")),
        not_actions=_texts(raw.get("NotAction")),
        resources=_texts(raw.get("Resource")),
        not_resources=_texts(raw.get("NotResource")),
        principals=_principals(raw.get("Principal", "*")),
    )


def _principals(written: object) -> tuple[str, ...]:
    """Whom a statement names; everybody where it names nobody, as in an identity-based policy."""
    if isinstance(written, dict):
        return tuple(name for names in written.values() for name in _texts(names))
    return _texts(written)


def _texts(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(one) for one in value) if isinstance(value, list) else (str(value),)


def _matches(statement: Statement, action: str, resource: str) -> bool:
    actions = _chosen(statement.actions, statement.not_actions, action.lower(), lower=True)
    return actions and _chosen(statement.resources, statement.not_resources, resource, lower=False)


def _chosen(named: tuple[str, ...], excepted: tuple[str, ...], value: str, *, lower: bool) -> bool:
    """A list that names, or one that excepts; a statement with neither is about everything."""
    if named:
        return any(_like(pattern, lower).fullmatch(value) for pattern in named)
    return not any(_like(pattern, lower).fullmatch(value) for pattern in excepted)


@lru_cache(maxsize=4096)
def _like(pattern: str, lower: bool) -> re.Pattern[str]:  # noqa: FBT001  # part of the cache's key
    text = re.escape(pattern.lower() if lower else pattern)
    return re.compile(text.replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)
