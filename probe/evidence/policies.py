"""Policy documents: whether one admits an action on a resource, by allow, deny and wildcards.

Conditions and principals are not evaluated: a statement that has a condition could decide either way,
and then the answer is *unknown*.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from probe.evidence.flows import Verdict
from probe.model import Noun


class Statement(Noun, kw_only=True):
    """One statement, its scalars made lists."""

    sid: str
    allow: bool
    conditional: bool
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()


class Ruling(Noun, kw_only=True):
    """What a document says, and the statement that decides; ``None`` where no statement matches."""

    verdict: Verdict
    statement: str | None = None


def admits(document: str | None, action: str, resource: str) -> Ruling:
    """Whether a policy document (JSON text) admits the request; no document, as on a new endpoint, does."""
    if document is None:
        return Ruling(verdict=Verdict.ALLOWS)
    statements = parse(document)
    if statements is None:
        return Ruling(verdict=Verdict.UNKNOWN)
    matching = [one for one in statements if _matches(one, action, resource)]
    denies = [one for one in matching if not one.allow]
    allows = [one for one in matching if one.allow]
    for candidates, verdict in ((denies, Verdict.BLOCKS), (allows, Verdict.ALLOWS)):
        certain = next((one for one in candidates if not one.conditional), None)
        if certain is not None:
            return Ruling(verdict=verdict, statement=certain.sid)
        if candidates:
            return Ruling(verdict=Verdict.UNKNOWN, statement=candidates[0].sid)
    return Ruling(verdict=Verdict.BLOCKS)


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
    )


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
