"""A template's parameters: what was given, else the default, checked as CloudFormation checks it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from probe.lab.cloudformation.intrinsics import text
from probe.lab.cloudformation.templates import invalid

_STORED = "AWS::SSM::Parameter::Value<"
Declared = Mapping[str, Any]


def values(
    declared: Mapping[str, Declared], given: Mapping[str, str], stored: Callable[[str], str]
) -> dict[str, Any]:
    """Every parameter's value; ``stored`` looks up a Systems Manager parameter.  Raises ApiError."""
    unknown = sorted(given.keys() - declared.keys())
    if unknown:
        raise invalid(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    missing = [name for name, one in declared.items() if name not in given and "Default" not in one]
    if missing:
        raise invalid(f"Parameters: [{', '.join(missing)}] must have values")
    return {
        name: _value(name, one, text(given.get(name, one.get("Default"))), stored)
        for name, one in declared.items()
    }


def _value(name: str, declared: Declared, written: str, stored: Callable[[str], str]) -> str | list[str]:
    kind = str(declared.get("Type", "String"))
    _check(name, declared, written)
    if kind.startswith(_STORED):
        written, kind = stored(written), kind.removeprefix(_STORED).removesuffix(">")
    if kind == "CommaDelimitedList" or kind.startswith("List<"):
        return [one.strip() for one in written.split(",")] if written else []
    return written


def _check(name: str, declared: Declared, written: str) -> None:
    allowed = [text(one) for one in declared.get("AllowedValues", ())]
    if allowed and written not in allowed:
        raise invalid(f"Template error: Parameter '{name}' must be one of [{', '.join(allowed)}]")
    pattern = declared.get("AllowedPattern")
    if pattern and not re.fullmatch(pattern, written):
        words = declared.get("ConstraintDescription") or f"must match pattern {pattern}"
        raise invalid(f"Parameter '{name}' {words}")
    if declared.get("Type") == "Number" and not re.fullmatch(r"-?\d+(\.\d+)?", written):
        raise invalid(f"Parameter '{name}' must be a number.")
    _check_bounds(name, declared, written)


def _check_bounds(name: str, declared: Declared, written: str) -> None:
    """A text is as long as it may be, a number as large."""
    number = declared.get("Type") == "Number"
    least, most = ("MinValue", "MaxValue") if number else ("MinLength", "MaxLength")
    size = float(written) if number else len(written)
    if size < float(declared.get(least, size)) or size > float(declared.get(most, size)):
        said = declared.get("ConstraintDescription") or f"is beyond its {least} or its {most}"
        raise invalid(f"Parameter '{name}' {said}")
