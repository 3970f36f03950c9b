"""The published template's event patterns, and EventBridge's way with them as far as it uses it.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import cfnlint.decode

TEMPLATE = Path(__file__).resolve().parents[1] / "docs/deploy/smoke-test.yaml"
PARAMETERS: dict[str, Any] = cfnlint.decode.decode(str(TEMPLATE))[0]["Parameters"]
RESOURCES: dict[str, Any] = cfnlint.decode.decode(str(TEMPLATE))[0]["Resources"]


def of_rule(name: str, definition: str = "") -> dict[str, Any]:
    """The pattern of one of the template's rules, in a stack with this task definition."""
    pattern: dict[str, Any] = RESOURCES[name]["Properties"]["EventPattern"]
    if pattern["detail"].get("taskDefinitionArn"):
        return pattern | {"detail": pattern["detail"] | {"taskDefinitionArn": [definition]}}
    return pattern


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Whether every field of the pattern admits what the event has there; ``$or`` takes any of its own."""
    return all(
        any(matches(one, event) for one in wanted) if field == "$or" else _admits(wanted, event, field)
        for field, wanted in pattern.items()
    )


def _admits(wanted: Any, event: Mapping[str, Any], field: str) -> bool:
    """Of a list of objects any one may match, and a field that is absent from all of them is absent."""
    inside = list(_values(event, field))
    if isinstance(wanted, Mapping):
        return any(matches(wanted, one) for one in inside or [{}] if isinstance(one, Mapping))
    return any(_rule(rule, inside) for rule in wanted)


def _values(event: Mapping[str, Any], field: str) -> Iterator[Any]:
    found = event.get(field)
    yield from found if isinstance(found, list) else [] if found is None else [found]


def _rule(rule: Any, values: Sequence[Any]) -> bool:
    match rule:
        case {"exists": bool(wanted)}:
            return bool(values) is wanted
        case {"prefix": str(start)}:
            return any(str(value).startswith(start) for value in values)
        case {"anything-but": refused}:
            return any(value != refused for value in values)
        case _:
            return rule in values
