"""The Condition element: AWS's operators over a request's context.  Pure.

A key that the request lacks makes a condition false, except for the negated operators, ``…IfExists`` and
``Null``.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import ipaddress
import operator
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any


def hold(condition: Mapping[str, Mapping[str, Any]], context: Mapping[str, str]) -> bool:
    """Whether every operator of a Condition element holds; keys are compared without case."""
    folded = {key.lower(): value for key, value in context.items()}
    return all(
        _holds(name, key, _listed(wanted), folded)
        for name, keys in condition.items()
        for key, wanted in keys.items()
    )


def filled(pattern: str, context: Mapping[str, str]) -> str:
    """A pattern with its ``${variables}`` filled from the context; an unknown one stays as it is."""
    folded = {key.lower(): value for key, value in context.items()}
    return re.sub(
        r"\$\{([^},]+)[^}]*\}", lambda found: folded.get(found[1].strip().lower(), found[0]), pattern
    )


def _listed(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [str(each).lower() if isinstance(each, bool) else str(each) for each in values]


def _holds(name: str, key: str, wanted: list[str], context: Mapping[str, str]) -> bool:
    quantifier, _, plain = name.rpartition(":")
    optional = plain.endswith("IfExists")
    plain = plain.removesuffix("IfExists")
    have = context.get(key.lower())
    if plain == "Null":
        return any((have is None) == (want.lower() == "true") for want in wanted)
    if have is None:
        return optional or quantifier == "ForAllValues" or plain in _NEGATED
    positive = _NEGATED.get(plain, plain)
    compare = _OPERATORS.get(positive)
    if compare is None:
        return False
    found = any(compare(have, filled(want, context)) for want in wanted)
    return found != (plain in _NEGATED)


@cache
def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile(
        "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern), re.DOTALL
    )


def _like(have: str, want: str) -> bool:
    return _glob(want).fullmatch(have) is not None


def _arn_like(have: str, want: str) -> bool:
    """Each of an ARN's six parts is matched alone: a ``*`` does not cross a colon before the resource."""
    mine, theirs = have.split(":", 5), want.split(":", 5)
    return len(mine) == len(theirs) and all(_like(a, b) for a, b in zip(mine, theirs, strict=True))


def _within(have: str, want: str) -> bool:
    try:
        return ipaddress.ip_address(have) in ipaddress.ip_network(want, strict=False)
    except ValueError:
        return False


def _number(compare: Callable[[Any, Any], bool]) -> Callable[[str, str], bool]:
    return lambda have, want: compare(float(have), float(want))


def _date(compare: Callable[[Any, Any], bool]) -> Callable[[str, str], bool]:
    return lambda have, want: compare(_moment(have), _moment(want))


def _moment(text: str) -> datetime:
    if text.replace(".", "").isdigit():
        return datetime.fromtimestamp(float(text), UTC)
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}
_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": operator.eq,
    "StringEqualsIgnoreCase": lambda have, want: have.lower() == want.lower(),
    "StringLike": _like,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "Bool": lambda have, want: have.lower() == want.lower(),
    "IpAddress": _within,
    **{f"Numeric{name}": _number(compare) for name, compare in _COMPARISONS.items()},
    **{f"Date{name}": _date(compare) for name, compare in _COMPARISONS.items()},
}
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
}
