"""Stop reasons inside JSON: what ``describe-tasks``, ``describe-services`` or an event prints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

_SAYING = frozenset({"stoppedreason", "reason", "statusreason", "rolloutstatereason", "message"})
"""Under which keys, folded and without underscores, ECS says why."""
_DEEPEST = 40


def reasons(text: str) -> tuple[str, ...]:
    """Each text once, in the order of the document; the text itself where it is no JSON, or says nothing."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return (text,)
    if isinstance(document, str):
        return (document,)
    return tuple(dict.fromkeys(_said(document, _DEEPEST))) or (text,)


def _said(value: Any, depth: int) -> Iterator[str]:
    if depth and isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, str) and inner.strip() and key.replace("_", "").casefold() in _SAYING:
                yield inner
            else:
                yield from _said(inner, depth - 1)
    elif depth and isinstance(value, list):
        for inner in value:
            yield from _said(inner, depth - 1)
