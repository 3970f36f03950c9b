"""``Fn::ForEach``: a template with its loops written out.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from probe.lab.cloudformation.templates import Template, checked, invalid, is_loop

Collection = Callable[[Any], Any]
"""Resolves what a loop runs over."""


def written_out(template: Template, collection: Collection) -> Template:
    """The template without loops.  Raises ApiError where one is not as the reference has it."""
    return replace(
        template,
        resources=checked(_expanded(template.resources, collection)),
        conditions=_expanded(template.conditions, collection),
        outputs=_expanded(template.outputs, collection),
    )


def _expanded(value: Any, collection: Collection) -> Any:
    match value:
        case dict():
            made: dict[str, Any] = {}
            for key, each in value.items():
                if is_loop(key):
                    made |= _loop(key, each, collection)
                else:
                    made[key] = _expanded(each, collection)
            return made
        case list():
            return [_expanded(each, collection) for each in value]
        case _:
            return value


def _loop(name: str, written: Any, collection: Collection) -> dict[str, Any]:
    match written:
        case [str() as identifier, over, dict() as body]:
            items = collection(over)
        case _:
            raise invalid(f"Template error: {name} wants an identifier, a collection and a fragment")
    made: dict[str, Any] = {}
    for item in items:
        made |= _expanded(_named(body, identifier, str(item)), collection)
    return made


def _named(value: Any, identifier: str, item: str) -> Any:
    """A fragment in which the identifier is the item: ``&{X}`` without what is no letter and no digit."""
    match value:
        case {"Ref": name} if name == identifier:
            return item
        case Mapping():
            return {
                _named(key, identifier, item): _named(each, identifier, item) for key, each in value.items()
            }
        case list():
            return [_named(each, identifier, item) for each in value]
        case str():
            bare = re.sub(r"[^A-Za-z0-9]", "", item)
            return value.replace(f"${{{identifier}}}", item).replace(f"&{{{identifier}}}", bare)
        case _:
            return value
