"""Patterns of policies: ``*`` and ``?``, and the variables in them.  Pure.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

Context = Mapping[str, str | tuple[str, ...]]
"""Condition keys of a request; several values where a key has several."""

_VARIABLE = re.compile(r"\$\{\s*([^},*?$][^},]*?)\s*(?:,\s*'([^']*)'\s*)?\}")
_ESCAPED = re.compile(r"\$\{([*?$])\}")
_TOKEN = re.compile(r"\$\{([*?$])\}|([*?])|(.)", re.DOTALL)


def matches(pattern: str, value: str, *, fold: bool = False) -> bool:
    """Whether ``*`` and ``?`` of a pattern cover a value; ``fold`` ignores case, as actions do."""
    return _glob(pattern, fold).fullmatch(value) is not None


def filled(pattern: str, context: Context) -> str:
    """A pattern with its ``${variables}``, or their defaults, filled; one that has no value stays as it is.

    What a variable brings in is text and no pattern.
    """
    if "${" not in pattern:
        return pattern
    folded = {key.lower(): value for key, value in context.items()}

    def value(found: re.Match[str]) -> str:
        known = folded.get(found[1].lower(), found[2])
        return re.sub(r"([*?])", r"${\1}", known) if isinstance(known, str) else found[0]

    return _VARIABLE.sub(value, pattern)


def spelled(pattern: str, context: Context) -> str:
    """The same as text alone, where ``*`` and ``?`` are no wildcards and ``${*}`` is a star."""
    return _ESCAPED.sub(r"\1", filled(pattern, context))


@cache
def _glob(pattern: str, fold: bool) -> re.Pattern[str]:  # noqa: FBT001 - cached: positional keys are shared
    text = "".join(map(_piece, _TOKEN.finditer(pattern)))
    return re.compile(text, re.DOTALL | (re.IGNORECASE if fold else 0))


def _piece(token: re.Match[str]) -> str:
    """``${*}`` is a star and no wildcard."""
    return {"*": ".*", "?": "."}[token[2]] if token[2] else re.escape(token[1] or token[3])
