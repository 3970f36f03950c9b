"""YAML, as CloudFormation's templates and ``--cli-input-yaml`` have it: the value that JSON would hold.

Short tags become the functions that they stand for; dates stay text; aliases are refused, which templates
cannot have and which can make a small file a very large one.
"""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

_BEGINS = re.compile(r"\s*(?:(?:#.*|---)\s+)*(?:[A-Za-z][\w-]*:|- [A-Za-z][\w-]*:)(?:\s|$)")
_BARE = {"Ref", "Condition"}
"""Short tags whose long form has no ``Fn::``."""


class MarkupError(ValueError):
    """A text that begins like YAML and is not; the message has line and column."""


def is_yaml(text: str) -> bool:
    """Whether a text begins as YAML is written by hand: with a key, after comments."""
    return _BEGINS.match(text) is not None


def parse(text: str) -> Any:
    """The value of a YAML text, of JSON's types alone.  ``MarkupError``, ``RecursionError``."""
    try:
        return json.loads(json.dumps(yaml.load(text, Loader=_Loader)))  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise MarkupError(f"not YAML: {_reason(error)}") from None
    except (TypeError, ValueError) as error:
        raise MarkupError(f"not YAML of plain values: {error}, line 1 column 1") from None


def _reason(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f"line {mark.line + 1} column {mark.column + 1}" if mark else "line 1 column 1"
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    return f"{' '.join(str(said).split())}, {where}"


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # untyped
    """No aliases, no dates, and functions for short tags."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> Any:
        """Compose one node; an alias is refused."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.composer.ComposerError(None, None, "an alias, which is not read", mark)
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _function(loader: _Loader, tag: str, node: yaml.Node) -> dict[str, Any]:
    match node:
        case yaml.ScalarNode():
            value: Any = node.value.split(".", 1) if tag == "GetAtt" else node.value
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case _:
            value = loader.construct_mapping(node, deep=True)
    return {tag if tag in _BARE else f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _function)
