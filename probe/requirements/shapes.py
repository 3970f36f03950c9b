"""The shapes in which other tools keep a task definition, brought into that of the ECS API.

CloudFormation and PowerShell capitalise keys, Terraform writes them with underscores and keeps its
containers as text.  A value that a template still has to compute becomes a placeholder, ``${Name}``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_CLOUDFORMATION = "AWS::ECS::TaskDefinition"
_CONTAINERS = frozenset({"containerDefinitions", "ContainerDefinitions", "container_definitions"})
_FREE = frozenset({"options", "dockerLabels", "tags", "Tags", "Options", "DockerLabels", "docker_labels"})
"""What holds keys of the user's own, which are left as they are."""

_RENAMED = {"filesystemId": "fileSystemId", "eFSVolumeConfiguration": "efsVolumeConfiguration"}
_LISTED_BLOCKS = frozenset({"efsVolumeConfiguration"})
"""What Terraform keeps in a list of one."""


def candidates(document: Any) -> Iterator[tuple[str, Any]]:
    """Every task definition in a JSON value, with the name that the file gives it, if any."""
    match document:
        case {"taskDefinition": dict() as inner} | {"TaskDefinition": dict() as inner}:
            yield from candidates(inner)
        case {"Type": "AWS::ECS::TaskDefinition", "Properties": dict() as inner}:
            yield "", inner
        case {"Resources": dict() as resources}:
            for name, resource in resources.items():
                if isinstance(resource, dict) and resource.get("Type") == _CLOUDFORMATION:
                    yield name, resource.get("Properties") or {}
        case dict() if _CONTAINERS & document.keys():
            yield "", document
        case dict():
            yield from _in_terraform(document)
        case list():
            for item in document:
                yield from candidates(item)


def _in_terraform(document: Any) -> Iterator[tuple[str, Any]]:
    """The definitions of JSON syntax, a state or a plan (``terraform show -json``, ``terraform.tfstate``)."""
    match document:
        case {"resource": {"aws_ecs_task_definition": dict() as resources}}:
            yield from resources.items()
        case {"type": "aws_ecs_task_definition", "values": dict() as values}:
            yield str(document.get("address", "")), values
        case {"type": "aws_ecs_task_definition", "instances": [{"attributes": dict() as values}, *_]}:
            yield str(document.get("name", "")), values
        case dict():
            for key in ("values", "planned_values", "root_module", "resources", "child_modules"):
                yield from _in_terraform(document.get(key))
        case list():
            for item in document:
                yield from _in_terraform(item)


def canonical(value: Any) -> Any:
    """A definition with the API's own keys, and texts in place of a template's functions."""
    match value:
        case dict() if len(value) == 1 and (written := _computed(value)) is not None:
            return written
        case dict():
            return {_key(key): _part(key, part) for key, part in value.items()}
        case list():
            return [canonical(item) for item in value]
        case _:
            return value


def _part(key: str, part: Any) -> Any:
    if _key(key) == "containerDefinitions" and isinstance(part, str):
        part = _decoded(part)
    if key in _FREE:
        return {name: canonical(one) for name, one in part.items()} if isinstance(part, dict) else part
    found = canonical(part)
    if _key(key) in _LISTED_BLOCKS and isinstance(found, list):
        return next(iter(found), None)
    return found


def _decoded(text: str) -> Any:
    """A list of containers that is kept as text; the text itself where it is something else."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _key(key: str) -> str:
    """``ContainerDefinitions`` and ``container_definitions`` are ``containerDefinitions``."""
    if not re.fullmatch(r"[A-Za-z_]+", key):
        return key
    first, *rest = key.split("_")
    written = first[:1].lower() + first[1:] + "".join(word[:1].upper() + word[1:] for word in rest)
    return _RENAMED.get(written, written)


def _computed(function: Mapping[str, Any]) -> str | None:
    """What a CloudFormation function says, with placeholders for what only a deployment knows.

    PowerShell writes a word of a closed set as ``{"Value": WORD}``.
    """
    ((name, argument),) = function.items()
    match name, argument:
        case "Ref", str():
            return f"${{{argument}}}"
        case "Fn::Sub" | "Value", str():
            return argument
        case "Fn::Sub", [str() as text, *_]:
            return text
        case "Fn::GetAtt", [str() as resource, str() as attribute]:
            return f"${{{resource}.{attribute}}}"
        case "Fn::Join", [str() as separator, list() as parts]:
            return separator.join(str(canonical(part)) for part in parts)
        case _:
            return f"${{{name}}}" if name.startswith("Fn::") else None
