"""Reading a template: JSON or YAML with CloudFormation's short tags, as plain mappings and lists.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from probe.lab.api.errors import ApiError

_SECTIONS = {
    "AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings", "Conditions",
    "Transform", "Resources", "Outputs", "Hooks",
}  # fmt: skip
_TRANSFORMS = {"AWS::LanguageExtensions"}
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
    description: str = ""


def invalid(words: str) -> ApiError:
    """What CloudFormation answers to a template or a request that it cannot use."""
    return ApiError("ValidationError", words)


def read(text: str) -> Template:
    """The template in a text.  Raises ApiError (ValidationError) in CloudFormation's words."""
    try:
        found = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader with more tags
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        at = f" (line {where.line + 1}, column {where.column + 1})" if where else ""
        raise invalid(f"Template format error: YAML not well-formed.{at}") from error
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
        description=str(found.get("Description") or ""),
    )


def _refuse(found: Mapping[str, Any]) -> None:
    unknown = sorted(set(found) - _SECTIONS)
    if unknown:
        raise invalid(f"Invalid template property or properties [{', '.join(unknown)}]")
    if not found.get("Resources"):
        raise invalid("Template format error: At least one Resources member must be defined.")
    transforms = found.get("Transform") or []
    wanted = {transforms} if isinstance(transforms, str) else set(transforms)
    if wanted - _TRANSFORMS:
        raise invalid(f"the lab runs no macros: {', '.join(sorted(wanted - _TRANSFORMS))}")
    for name, resource in found["Resources"].items():
        if name.startswith("Fn::ForEach"):
            raise invalid(f"the lab does not expand {name}: write the resources out")
        if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
            raise invalid(f"Template format error: [/Resources/{name}] Every resource must have a Type.")


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
