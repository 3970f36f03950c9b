"""The Condition element: AWS's operators over a request's context.  Pure.

A key that the request lacks makes a condition false, except for the negated operators, ``…IfExists``,
``Null`` and ``ForAllValues``.  What the lab does not know raises: it must never let something pass.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

import ipaddress
import operator
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from probe.lab.iam.keys import is_known
from probe.lab.iam.wildcards import Context, filled, matches, spelled


class Unrepresentable(Exception):
    """A policy says something that the lab cannot evaluate."""


def hold(condition: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    """Whether every operator of a Condition element holds; keys are compared without case.

    Raises Unrepresentable for an operator or a key that the lab does not know.
    """
    for lack in lacks(condition):
        raise Unrepresentable(lack)
    folded = {key.lower(): value for key, value in context.items()}
    return all(
        _holds(name, _values(folded.get(key.lower())), _listed(wanted), folded)
        for name, keys in condition.items()
        for key, wanted in keys.items()
    )


def lacks(condition: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What of a Condition element the lab does not know, in words."""
    for name, keys in condition.items():
        if _quantifier(name) not in _QUANTIFIERS or _plain(name) not in {"Null", *_OPERATORS, *_NEGATED}:
            yield f"the condition operator {name}"
        yield from (f"the condition key {key}" for key in keys if not is_known(key))


def _plain(name: str) -> str:
    return name.rpartition(":")[2].removesuffix("IfExists")


def _quantifier(name: str) -> str:
    return name.rpartition(":")[0]


def _listed(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [str(each).lower() if isinstance(each, bool) else str(each) for each in values]


def _values(have: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return () if have is None else (have,) if isinstance(have, str) else have


def _holds(name: str, have: tuple[str, ...], wanted: list[str], context: Context) -> bool:
    quantifier, plain = _quantifier(name), _plain(name)
    if plain == "Null":
        return any((not have) == (want.lower() == "true") for want in wanted)
    negated = plain in _NEGATED
    if not have:
        absent_holds = quantifier == "ForAllValues" or (negated and quantifier != "ForAnyValue")
        return name.endswith("IfExists") or absent_holds
    positive = _NEGATED.get(plain, plain)
    read = filled if positive in _WITH_WILDCARDS else spelled
    wishes = [read(want, context) for want in wanted]
    fits = [any(_fits(_OPERATORS[positive], one, wish) for wish in wishes) != negated for one in have]
    # Without a quantifier, a negated operator must hold for every value and a positive one for any.
    every = quantifier == "ForAllValues" or (negated and not quantifier)
    return all(fits) if every else any(fits)


def _fits(compare: Callable[[str, str], bool], have: str, want: str) -> bool:
    """A value that is no number, date or address matches nothing."""
    try:
        return compare(have, want)
    except ValueError:
        return False


def _arn_like(have: str, want: str) -> bool:
    """Each of an ARN's six parts is matched alone: a ``*`` does not cross a colon before the resource."""
    mine, theirs = have.split(":", 5), want.split(":", 5)
    return len(mine) == len(theirs) and all(matches(b, a) for a, b in zip(mine, theirs, strict=True))


def _within(have: str, want: str) -> bool:
    return ipaddress.ip_address(have) in ipaddress.ip_network(want, strict=False)


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
    "StringLike": lambda have, want: matches(want, have),
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "Bool": lambda have, want: have.lower() == want.lower(),
    "BinaryEquals": operator.eq,
    "IpAddress": _within,
    **{f"Numeric{name}": _number(compare) for name, compare in _COMPARISONS.items()},
    **{f"Date{name}": _date(compare) for name, compare in _COMPARISONS.items()},
}
_WITH_WILDCARDS = frozenset({"StringLike", "ArnEquals", "ArnLike"})
_QUANTIFIERS = frozenset({"", "ForAllValues", "ForAnyValue"})
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
