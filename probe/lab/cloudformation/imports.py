"""What a stack imports from others: an export that is in use holds the stack that has it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from probe.lab.cloudformation.intrinsics import Scope, resolve
from probe.lab.cloudformation.stacks import standing
from probe.lab.cloudformation.templates import Template


def names(template: Template, scope: Scope) -> Iterator[str]:
    """The exports that a template imports, where its conditions hold."""
    for section in (template.resources, template.outputs):
        yield from _within(standing(section, scope), scope)


def _within(value: Any, scope: Scope) -> Iterator[str]:
    match value:
        case {"Fn::ImportValue": name}:
            yield str(resolve(name, scope))
        case {"Fn::If": [str(name), yes, no]}:
            yield from _within(yes if scope.condition(name) else no, scope)
        case dict():
            for each in value.values():
                yield from _within(each, scope)
        case list():
            for each in value:
                yield from _within(each, scope)
