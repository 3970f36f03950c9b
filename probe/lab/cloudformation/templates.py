"""Reading a template: JSON or YAML with CloudFormation's short tags, as plain mappings and lists.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import yaml

from probe.lab.api.errors import ApiError

_SECTIONS = {
    "AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings", "Conditions",
    "Transform", "Resources", "Outputs", "Hooks",
}  # fmt: skip
_TRANSFORMS = {
    "AWS::CodeDeployBlueGreen",
    "AWS::LanguageExtensions",
    "AWS::SecretsManager-2020-07-23",
    "AWS::SecretsManager-2024-09-16",
    "AWS::Serverless-2016-10-31",
}
"""Macros of AWS's own that change nothing of a network; of a serverless template they read ``Globals``."""

_BARE = {"Ref", "Condition"}
"""Short tags whose long form has no ``Fn::``."""

Section = Mapping[str, Any]


@dataclass(frozen=True)
class Template:
    """The sections of a template that decide what is made; ``text`` is what was given."""

    text: str
    resources: Section
    parameters: Section = field(default_factory=dict)
    mappings: Section = field(default_factory=dict)
    conditions: Section = field(default_factory=dict)
    outputs: Section = field(default_factory=dict)
    rules: Section = field(default_factory=dict)
    description: str = ""

    @property
    def described(self) -> list[Section]:
        """The resources that are written out, not those that a loop stands for."""
        return [one for name, one in self.resources.items() if not is_loop(name)]


def invalid(words: str) -> ApiError:
    """What CloudFormation answers to a template or a request that it cannot use."""
    return ApiError("ValidationError", words)


def read(text: str) -> Template:
    """The template in a text.  Raises ApiError (ValidationError) in CloudFormation's words."""
    found = _value(text.lstrip("\ufeff"))
    if not isinstance(found, dict):
        raise invalid("Template format error: unsupported structure.")
    _refuse(found)
    return Template(
        text=text,
        resources=found["Resources"],
        parameters=found.get("Parameters") or {},
        mappings=found.get("Mappings") or {},
        conditions=found.get("Conditions") or {},
        outputs=found.get("Outputs") or {},
        rules=found.get("Rules") or {},
        description=str(found.get("Description") or ""),
    )


def _value(text: str) -> Any:
    """JSON, which may have tabs where YAML may not; else YAML."""
    with suppress(json.JSONDecodeError):
        return json.loads(text)
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader with more tags
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        at = f" (line {where.line + 1}, column {where.column + 1})" if where else ""
        raise invalid(f"Template format error: YAML not well-formed.{at}") from error


def is_loop(key: Any) -> bool:
    """Whether a member of a mapping stands for others, which ``loops`` writes out."""
    return str(key).startswith("Fn::ForEach::")


def checked(resources: Section) -> Section:
    """The resources, each of which has a type.  Raises ApiError."""
    for name, resource in resources.items():
        typed = isinstance(resource, dict) and isinstance(resource.get("Type"), str)
        if not typed and not is_loop(name):
            raise invalid(f"Template format error: [/Resources/{name}] Every resource must have a Type.")
        if typed and not isinstance(resource.get("Properties") or {}, dict):
            raise invalid(f"Template format error: [/Resources/{name}/Properties] must be an object.")
    return resources


def _refuse(found: Mapping[str, Any]) -> None:
    wanted = _transforms(found.get("Transform") or [])
    serverless = any(one.startswith("AWS::Serverless") for one in wanted)
    unknown = sorted(str(one) for one in set(found) - _SECTIONS - ({"Globals"} if serverless else set()))
    if unknown:
        raise invalid(f"Invalid template property or properties [{', '.join(unknown)}]")
    if not isinstance(found.get("Resources"), dict) or not found["Resources"]:
        raise invalid("Template format error: At least one Resources member must be defined.")
    if wanted - _TRANSFORMS:
        raise invalid(f"the lab runs no macros: {', '.join(sorted(wanted - _TRANSFORMS))}")
    loop = next((name for name in found["Resources"] if is_loop(name)), None)
    if loop and "AWS::LanguageExtensions" not in wanted:
        raise invalid(f"Template format error: {loop} wants the transform AWS::LanguageExtensions")
    checked(found["Resources"])
    for name, output in (found.get("Outputs") or {}).items():
        if not is_loop(name) and not (isinstance(output, dict) and "Value" in output):
            raise invalid(f"Template format error: Output {name} must have a Value.")


def _transforms(written: Any) -> set[str]:
    """The names of a template's macros; ``AWS::Include`` stands as an object with its parameters."""
    listed = written if isinstance(written, list) else [written]
    return {str(one.get("Name") if isinstance(one, dict) else one) for one in listed}


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # untyped
    """YAML as CloudFormation reads it: dates stay text, short tags are functions, and there are no aliases.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
    """

    def compose_node(self, parent: yaml.Node | None, index: Any) -> Any:
        """Compose one node; an alias is refused, as CloudFormation does."""
        if self.check_event(yaml.AliasEvent):
            raise invalid("Template error: YAML aliases are not allowed in CloudFormation templates")
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _function(loader: _Loader, tag: str, node: yaml.Node) -> dict[str, Any]:
    """``!Sub text`` is ``{"Fn::Sub": text}``; ``!GetAtt A.B`` has its two parts."""
    match node:
        case yaml.ScalarNode():
            value: Any = node.value if tag in {"GetAtt", "Ref", "Sub"} else loader.construct_scalar(node)
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case yaml.MappingNode():
            value = loader.construct_mapping(node, deep=True)
    return {tag if tag in _BARE else f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _function)
