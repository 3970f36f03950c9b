"""Intrinsic functions and pseudo parameters: a template's value as CloudFormation resolves it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import base64
import ipaddress
import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from probe.lab.cloudformation.templates import Template, invalid

NO_VALUE = object()
"""What ``AWS::NoValue`` is: the property is as if it were not written."""

_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")
_LITERAL = re.compile(r"\$\{!([^}]*)\}")
_DYNAMIC = re.compile(r"\{\{resolve:([a-z-]+):([^}]*)\}\}")


@dataclass(frozen=True)
class Scope:
    """What names mean while a stack is made.

    ``values`` are parameters and pseudo parameters; ``made`` gives the ``Ref`` (attribute "") or an attribute
    of a resource that stands already; ``exports`` are other stacks' outputs; ``zones`` the availability zones
    of a region; ``stored`` the value of a dynamic reference.
    """

    template: Template
    values: Mapping[str, Any]
    made: Callable[[str, str], Any]
    exports: Callable[[], Mapping[str, str]]
    zones: Callable[[str], Sequence[str]]
    stored: Callable[[str, str], str]
    holds: dict[str, bool] = field(default_factory=dict)

    def condition(self, name: str) -> bool:
        """Whether a condition of the template holds."""
        if name not in self.holds:
            if name not in self.template.conditions:
                raise invalid(f"Template error: unresolved condition dependency {name}")
            self.holds[name] = bool(resolve(self.template.conditions[name], self))
        return self.holds[name]

    def reference(self, name: str) -> Any:
        """What ``Ref`` gives."""
        if name == "AWS::NoValue":
            return NO_VALUE
        return self.values[name] if name in self.values else self.made(name, "")


def resolve(value: Any, scope: Scope) -> Any:
    """The value with every function in it carried out; ``NO_VALUE`` members are gone."""
    match value:
        case dict() if len(value) == 1 and (name := next(iter(value))) in FUNCTIONS:
            return _carried_out(name, value[name], scope)
        case dict():
            pairs = ((key, resolve(each, scope)) for key, each in value.items())
            return {key: each for key, each in pairs if each is not NO_VALUE}
        case list():
            return [each for each in (resolve(one, scope) for one in value) if each is not NO_VALUE]
        case str() if "{{resolve:" in value:
            return _DYNAMIC.sub(lambda found: scope.stored(found[1], found[2]), value)
    return value


def _carried_out(name: str, argument: Any, scope: Scope) -> Any:
    try:
        return FUNCTIONS[name](argument, scope)
    except (AttributeError, IndexError, TypeError, ValueError) as error:
        raise invalid(f"Template error: {name} is not as its reference wants it: {error}") from error


def references(value: Any, scope: Scope) -> Iterator[str]:
    """Every name that a value mentions, in the branches that its conditions choose."""
    match value:
        case {"Ref": name}:
            yield text(resolve(name, scope))
        case {"Fn::GetAtt": target}:
            yield text(resolve(_attribute(target)[0], scope))
        case {"Fn::If": [str(name), yes, no]}:
            yield from references(yes if scope.condition(name) else no, scope)
        case {"Fn::Sub": [str(written), dict(given)]}:
            yield from (name for name in _mentioned(written) if name not in given)
            yield from references(given, scope)
        case {"Fn::Sub": str(written)} | {"Fn::Sub": [str(written)]}:
            yield from _mentioned(written)
        case dict():
            for each in value.values():
                yield from references(each, scope)
        case list():
            for each in value:
                yield from references(each, scope)


def _mentioned(text: str) -> Iterator[str]:
    """The names in the variables of a ``Fn::Sub``."""
    return (name.strip().split(".")[0] for name in _VARIABLE.findall(text))


def text(value: Any) -> str:
    """A scalar as CloudFormation writes it into a text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _attribute(target: Any) -> tuple[Any, Any]:
    """The names in a ``Fn::GetAtt``; AWS::LanguageExtensions lets either be a function, as ``Ref``'s."""
    name, _, attribute = target.partition(".") if isinstance(target, str) else (target[0], "", target[1])
    return name, attribute


def _get_att(target: Any, scope: Scope) -> Any:
    name, attribute = _attribute(target)
    return scope.made(text(resolve(name, scope)), text(resolve(attribute, scope)))


def _sub(written: Any, scope: Scope) -> str:
    template, *given = [written] if isinstance(written, str) else written
    own = resolve(given[0], scope) if given else {}

    def value(found: re.Match[str]) -> str:
        name = found[1].strip()
        if name in own:
            return text(own[name])
        return text(_get_att(name, scope) if "." in name else scope.reference(name))

    replaced: str = resolve(_VARIABLE.sub(value, template), scope)
    return _LITERAL.sub(r"${\1}", replaced)


def _join(arguments: Any, scope: Scope) -> str:
    separator, parts = arguments
    return str(separator).join(text(each) for each in resolve(parts, scope))


def _select(arguments: Any, scope: Scope) -> Any:
    index, choices = resolve(arguments, scope)
    if not 0 <= int(index) < len(choices):
        raise invalid(f"Template error: Fn::Select cannot select nonexistent value at index {index}")
    return choices[int(index)]


def _split(arguments: Any, scope: Scope) -> list[str]:
    separator, whole = resolve(arguments, scope)
    return str(whole).split(str(separator))


def _find_in_map(arguments: Any, scope: Scope) -> Any:
    name, first, second, *rest = (resolve(each, scope) for each in arguments)
    try:
        return resolve(scope.template.mappings[name][text(first)][text(second)], scope)
    except KeyError:
        if rest and "DefaultValue" in rest[0]:
            return rest[0]["DefaultValue"]
        words = f"Template error: Unable to get mapping for {name}::{first}::{second}"
        raise invalid(words) from None


def _cidr(arguments: Any, scope: Scope) -> list[str]:
    block, count, *rest = resolve(arguments, scope)
    bits = int(rest[0]) if rest else 8
    network = ipaddress.ip_network(block)
    found = network.subnets(new_prefix=network.max_prefixlen - bits)
    return [str(each) for each in itertools.islice(found, int(count))]


def _zones(region: Any, scope: Scope) -> list[str]:
    return list(scope.zones(str(resolve(region, scope) or scope.values["AWS::Region"])))


def _import(name: Any, scope: Scope) -> str:
    wanted = str(resolve(name, scope))
    exports = scope.exports()
    if wanted not in exports:
        raise invalid(f"No export named {wanted} found.")
    return exports[wanted]


def _if(arguments: Any, scope: Scope) -> Any:
    name, yes, no = arguments
    return resolve(yes if scope.condition(name) else no, scope)


def _equals(arguments: Any, scope: Scope) -> bool:
    one, other = resolve(arguments, scope)
    return text(one) == text(other)


def _length(value: Any, scope: Scope) -> int:
    return len(resolve(value, scope))


def _each_in(arguments: Any, scope: Scope) -> bool:
    ones, others = resolve(arguments, scope)
    return {text(one) for one in ones} <= {text(one) for one in others}


def _each_equal(arguments: Any, scope: Scope) -> bool:
    ones, other = resolve(arguments, scope)
    return all(text(one) == text(other) for one in ones)


FUNCTIONS: Mapping[str, Callable[[Any, Scope], Any]] = {
    "Ref": lambda name, scope: scope.reference(text(resolve(name, scope))),
    "Condition": lambda name, scope: scope.condition(name),
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::FindInMap": _find_in_map,
    "Fn::Base64": lambda value, scope: base64.b64encode(text(resolve(value, scope)).encode()).decode(),
    "Fn::Cidr": _cidr,
    "Fn::GetAZs": _zones,
    "Fn::ImportValue": _import,
    "Fn::If": _if,
    "Fn::Equals": _equals,
    "Fn::And": lambda parts, scope: all(resolve(each, scope) for each in parts),
    "Fn::Or": lambda parts, scope: any(resolve(each, scope) for each in parts),
    "Fn::Not": lambda parts, scope: not resolve(parts[0], scope),
    "Fn::Contains": lambda pair, scope: _each_in([[pair[1]], pair[0]], scope),
    "Fn::EachMemberEquals": _each_equal,
    "Fn::EachMemberIn": _each_in,
    "Fn::Length": _length,
    "Fn::ToJsonString": lambda value, scope: json.dumps(resolve(value, scope)),
}
