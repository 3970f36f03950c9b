"""Bytes to task definition: every form that people keep one in, and an exact complaint about the rest.

Encodings (UTF-8 with or without a mark, UTF-16 in either order), JSON and YAML, wrappers
(``describe-task-definition`` output, a template, a bare array of containers) and absent fields are coped
with; nothing is guessed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from probe.requirements import shapes

Definition = Mapping[str, Any]

_TOO_DEEP = "not a task definition: nested too deeply, line 1 column 1"
_HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F]")
_HCL = re.compile(r"^(?:data|locals|module|resource|terraform|variable)\b[^\n]*\{", re.MULTILINE)
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
    """The value of ``text``; a text in JSON that is JSON itself counts for what it holds."""
    from probe.requirements import markup  # The container, which reads no files, has no YAML.

    try:
        value = markup.parse(text) if markup.is_yaml(text) else json.loads(text)
        if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
            value = json.loads(value)
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise UnreadableDefinitionError(f"not JSON: {error.msg}, {_place(error)}{_hint(text)}") from None
    except markup.MarkupError as error:
        raise UnreadableDefinitionError(str(error)) from None
    except RecursionError:
        raise UnreadableDefinitionError(_TOO_DEEP) from None
    except UnicodeEncodeError:
        raise UnreadableDefinitionError(f"not text: half of a surrogate pair, {_half_pair(text)}") from None
    except ValueError as error:
        raise UnreadableDefinitionError(f"not JSON: {error}, line 1 column 1") from None
    return value


def _place(error: json.JSONDecodeError) -> str:
    return f"line {error.lineno} column {error.colno}"


def _half_pair(text: str) -> str:
    """Where the first escape of half a character stands."""
    at = min((found.start() for found in _HALF_PAIR.finditer(text)), default=0)
    return f"line {text.count(chr(10), 0, at) + 1} column {at - text.rfind(chr(10), 0, at)}"


def _hint(text: str) -> str:
    """What a file that does not begin like JSON may be."""
    if not text.strip():
        return "; it is empty"
    return "; HCL is not read: give what terraform show -json says" if _HCL.search(text) else ""


def unwrap(document: Any) -> Definition:
    """The one task definition in a JSON value: itself, what a tool wraps it in, or its containers alone."""
    try:
        found = [(name, shapes.canonical(one)) for name, one in shapes.candidates(document)]
        plain = shapes.canonical(document)
    except RecursionError:
        raise UnreadableDefinitionError(_TOO_DEEP) from None
    if len(found) > 1:
        names = ", ".join(name or text(one.get("family")) or "one without a name" for name, one in found)
        why = f"it holds {len(found)} ({names}), and each file is about one"
        raise UnreadableDefinitionError(f"no single task definition: {why}")
    return _checked(found[0][1]) if found else {"containerDefinitions": _containers(plain, document)}


def _containers(plain: Any, document: Any) -> list[Definition]:
    """The containers of a value that holds nothing else: an array of them, or one alone."""
    match plain:
        case [dict(), *_] as several if all(isinstance(one, dict) and _is_container(one) for one in several):
            return [*several]
        case {"image": str(), "name": str()}:
            return [plain]
        case {"services": dict()}:
            raise UnreadableDefinitionError(
                "no task definition: it is a Compose file, which ECS does not run"
            )
        case dict():
            reason = next((why for key, why in _OTHER_FORMS.items() if key in plain), _missing(document))
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
    """A text without surrounding blanks; a number or a truth value as JSON writes it; else an empty text."""
    match value:
        case str():
            return value.strip()
        case bool() | int() | float():
            return json.dumps(value)
        case _:
            return ""


def name(definition: Definition) -> str:
    """What AWS calls the definition: ``FAMILY:REVISION``, or the family alone before it is registered."""
    arn = text(definition.get("taskDefinitionArn"))
    if "/" in arn:
        return arn.rpartition("/")[2]
    return text(definition.get("family")) or "task-definition"


def _checked(document: Definition) -> Definition:
    containers = document.get("containerDefinitions")
    if not isinstance(containers, list):
        raise UnreadableDefinitionError("no task definition: containerDefinitions is not a list")
    if not containers:
        raise UnreadableDefinitionError("no task definition: containerDefinitions has no container")
    return document


def _is_container(item: Definition) -> bool:
    return bool({"image", "name"} & item.keys())


def _missing(document: Any) -> str:
    keys = ", ".join(list(document)[:4]) or "nothing"
    return f"it has no containerDefinitions (but {keys})"
