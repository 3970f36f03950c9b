"""A template's properties in the shape of an API's input: the same words in another case, numbers as text.

CloudFormation's properties are those of the API that makes the resource, so botocore's model of the operation
says how each is written and of which type it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from probe.lab.cloudformation.templates import invalid

Strange = Callable[[str], None]
"""Told each property that the API has no member for."""


def fitted(given: Any, shape: Any, strange: Strange, path: str = "") -> Any:
    """``given`` as botocore's ``shape`` wants it.  Raises ApiError where it cannot be that."""
    match shape.type_name:
        case "structure":
            return _structure(given, shape, strange, path)
        case "list":
            items = given if isinstance(given, list) else [given]
            return [fitted(each, shape.member, strange, path) for each in items]
        case "map":
            pairs = given.items() if isinstance(given, Mapping) else _tags(given)
            return {str(key): fitted(each, shape.value, strange, path) for key, each in pairs}
    return _scalar(given, shape.type_name, path)


def _scalar(given: Any, kind: str, path: str) -> Any:
    match kind:
        case "boolean":
            return str(given).lower() == "true"
        case "integer" | "long":
            return _number(given, int, path)
        case "float" | "double":
            return _number(given, float, path)
    return _text(given)


def _structure(given: Any, shape: Any, strange: Strange, path: str) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise invalid(f"Value of property {path or shape.name} must be an object")
    members = {name.lower(): name for name in shape.members}
    made: dict[str, Any] = {}
    for key, each in given.items():
        name, where = members.get(key.lower()), f"{path}.{key}".lstrip(".")
        if name is None:
            strange(where)
        else:
            made[name] = fitted(each, shape.members[name], strange, where)
    return made


def _tags(given: Any) -> Any:
    """A list of keys and values where the API has a map."""
    return ((one["Key"], one["Value"]) for one in given)


def _number(given: Any, kind: type[int | float], path: str) -> float:
    try:
        return kind(float(given))
    except (TypeError, ValueError):
        raise invalid(f"Value of property {path} must be a number, not {given!r}") from None


def _text(given: Any) -> str:
    """A scalar; documents, such as policies, are JSON in the API."""
    if isinstance(given, Mapping | list):
        return json.dumps(given)
    return str(given).lower() if isinstance(given, bool) else str(given)
