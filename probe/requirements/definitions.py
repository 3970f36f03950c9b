"""Bytes to task definition: every form that people keep one in, and an exact complaint about the rest.

Encodings (UTF-8 with or without a mark, UTF-16 in either order), wrappers (``describe-task-definition``
output, a bare array of containers) and absent fields are coped with; nothing is guessed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

Definition = Mapping[str, Any]

_OTHER_FORMS = {
    "services": "it describes services, which name their task definition",
    "tasks": "it describes tasks, which name their task definition",
    "desiredCount": "it is a service's definition, which names its task definition",
    "stoppedReason": "it describes a stopped task",
}


class UnreadableDefinitionError(ValueError):
    """A file that holds no task definition; the message says why, with line and column where there is one."""


def load(data: bytes) -> Definition:
    """The task definition in ``data``.  ``UnreadableDefinitionError`` where there is none."""
    return unwrap(parse(decode(data)))


def decode(data: bytes) -> str:
    """The text of a JSON file in whatever encoding its first bytes show."""
    encoding = json.detect_encoding(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        where = f"line {line} column {column}"
        raise UnreadableDefinitionError(f"not text in {encoding}: {error.reason}, {where}") from None


def parse(text: str) -> Any:
    """The JSON value of ``text``."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise UnreadableDefinitionError(f"not JSON: {error.msg}, {where}") from None
    except RecursionError:
        raise UnreadableDefinitionError("not a task definition: nested too deeply, line 1 column 1") from None
    except ValueError as error:
        raise UnreadableDefinitionError(f"not JSON: {error}, line 1 column 1") from None


def unwrap(document: Any) -> Definition:
    """The task definition in a JSON value: itself, under ``taskDefinition``, or an array of containers."""
    match document:
        case {"taskDefinition": {"containerDefinitions": _} as inner}:
            return _checked(inner)
        case {"containerDefinitions": list()}:
            return _checked(document)
        case [dict(), *_] if all(isinstance(item, dict) and _is_container(item) for item in document):
            return {"containerDefinitions": document}
        case dict():
            reason = next((why for key, why in _OTHER_FORMS.items() if key in document), _missing(document))
            raise UnreadableDefinitionError(f"no task definition: {reason}")
        case _:
            raise UnreadableDefinitionError("no task definition: the JSON value is not an object")


def mapping(value: Any) -> Definition:
    """``value`` where it is an object, else an empty one: a definition may hold ``null`` anywhere."""
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> tuple[Definition, ...]:
    """The objects of a list; an object alone counts as a list of one."""
    items: Iterable[Any] = value if isinstance(value, list) else (value,)
    return tuple(item for item in items if isinstance(item, dict))


def text(value: Any) -> str:
    """``value`` where it is a text, without surrounding blanks, else an empty one."""
    return value.strip() if isinstance(value, str) else ""


def name(definition: Definition) -> str:
    """What AWS calls the definition: ``FAMILY:REVISION``, or the family alone before it is registered."""
    arn = text(definition.get("taskDefinitionArn"))
    if "/" in arn:
        return arn.rpartition("/")[2]
    return text(definition.get("family")) or "task-definition"


def _checked(document: Definition) -> Definition:
    if not isinstance(document["containerDefinitions"], list):
        raise UnreadableDefinitionError("no task definition: containerDefinitions is not a list")
    return document


def _is_container(item: Definition) -> bool:
    return bool({"image", "name"} & item.keys())


def _missing(document: Definition) -> str:
    keys = ", ".join(list(document)[:4]) or "nothing"
    return f"it has no containerDefinitions (but {keys})"
