"""Stacks: their resources in the order in which they need one another, made, changed and undone.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacks.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from graphlib import CycleError, TopologicalSorter
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from probe.lab.api.errors import ApiError
from probe.lab.cloudformation.intrinsics import Scope, references, resolve
from probe.lab.cloudformation.kinds.kind import Made
from probe.lab.cloudformation.templates import Template, invalid

ERRORS = (ApiError, ClientError, ParamValidationError, KeyError)
"""How a resource says that it cannot be made; a KeyError names a property that it needs."""


def now() -> datetime:
    """The time, as CloudFormation's answers want it."""
    return datetime.now(UTC)


@dataclass
class Resource:
    """A resource of a stack that stands: how it was described, and what was made."""

    name: str
    kind: str
    properties: Mapping[str, Any]
    made: Made
    kept: bool = False
    since: datetime = field(default_factory=now)


@dataclass(frozen=True)
class Event:
    """One line of a stack's history; ``resource`` is its logical id, or the stack's name."""

    resource: str
    kind: str
    physical: str
    status: str
    reason: str = ""
    at: datetime = field(default_factory=now)


@dataclass
class Stack:
    """A stack as it stands.  ``parameters`` are as they were given; ``outputs`` are resolved."""

    name: str
    arn: str
    template: Template
    parameters: Mapping[str, str]
    tags: list[dict[str, str]]
    status: str = "CREATE_IN_PROGRESS"
    reason: str = ""
    resources: dict[str, Resource] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    exports: dict[str, str] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    created: datetime = field(default_factory=now)

    def tell(self, status: str, reason: str = "") -> None:
        """The stack's own state, and the line about it."""
        self.status, self.reason = status, reason
        self.events.append(Event(self.name, "AWS::CloudFormation::Stack", self.arn, status, reason))

    def note(self, resource: Resource, status: str) -> None:
        """A line about one of its resources."""
        self.events.append(Event(resource.name, resource.kind, resource.made.id, status))


class FailedError(Exception):
    """A resource could not be made, changed or undone; ``name`` is its logical id.

    ``supplanting`` are the resources that had taken others' places by then: these have them back.
    """

    def __init__(self, name: str, kind: str, why: str) -> None:
        super().__init__(f"{name} ({kind}): {why}")
        self.name, self.kind, self.why = name, kind, why
        self.supplanting: list[Resource] = []


Make = Callable[[str, str, Mapping[str, Any]], Made]
"""Makes a resource: its logical id, its type, its properties."""


def order(template: Template, scope: Scope) -> list[str]:
    """The logical ids of the resources that the conditions choose, what is needed first.

    Raises ApiError where names lead nowhere or in a circle.
    """
    chosen = standing(template.resources, scope)
    graph: dict[str, set[str]] = {}
    for name, resource in chosen.items():
        wanted = resource.get("DependsOn") or []
        needed = set([wanted] if isinstance(wanted, str) else wanted)
        mentioned = needed | set(references(resource.get("Properties") or {}, scope))
        _known(mentioned, template, scope, "Resources")
        graph[name] = mentioned & chosen.keys()
    _known(set(references(standing(template.outputs, scope), scope)), template, scope, "Outputs")
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = ", ".join(dict.fromkeys(error.args[1]))
        raise invalid(f"Circular dependency between resources: [{circle}]") from error


def standing(section: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
    """The members of a section whose conditions hold."""
    return {
        name: one
        for name, one in section.items()
        if "Condition" not in one or scope.condition(one["Condition"])
    }


def _known(names: set[str], template: Template, scope: Scope, block: str) -> None:
    """Raise ApiError for names that lead nowhere."""
    known = template.resources.keys() | scope.values.keys() | {"AWS::NoValue"}
    if names - known:
        where = "Template format error: Unresolved resource dependencies"
        raise invalid(f"{where} [{', '.join(sorted(names - known))}] in the {block} block of the template")


def realise(stack: Stack, template: Template, scope: Scope, make: Make) -> None:
    """Make what is new, change what has changed, undo what is gone.  Raises FailedError at once."""
    wanted = order(template, scope)
    replaced: list[Resource] = []
    try:
        for name in wanted:
            old = _stood(stack, name, template.resources[name], scope, make)
            replaced += [old] if old is not None else []
    except FailedError as error:
        error.supplanting = [stack.resources[one.name] for one in replaced]
        stack.resources.update({one.name: one for one in replaced})
        raise
    dropped = [stack.resources.pop(name) for name in list(stack.resources) if name not in wanted]
    for resource in reversed([*dropped, *replaced]):
        undo(stack, resource)
    _say(stack, template, scope)


def _stood(
    stack: Stack, name: str, described: Mapping[str, Any], scope: Scope, make: Make
) -> Resource | None:
    """Have one resource stand as it is described; the one whose place it takes, if there is one."""
    kind, old = described["Type"], stack.resources.get(name)
    try:
        properties = resolve(described.get("Properties") or {}, scope)
        if old is not None and old.kind == kind and _suits(stack, old, properties):
            return None
        made = make(name, kind, properties)
    except ERRORS as error:
        stack.events.append(Event(name, kind, "", "CREATE_FAILED", words(error)))
        raise FailedError(name, kind, words(error)) from error
    kept = described.get("DeletionPolicy") in {"Retain", "RetainExceptOnCreate"}
    stack.resources[name] = Resource(name, kind, properties, made, kept)
    stack.note(stack.resources[name], "CREATE_COMPLETE")
    return old


def _suits(stack: Stack, resource: Resource, properties: Mapping[str, Any]) -> bool:
    """Whether a resource has these properties, or could be given them where it stands."""
    if resource.properties == properties:
        return True
    changed = resource.made.change(properties) if resource.made.change else None
    if changed is None:
        return False
    resource.made, resource.properties = changed, properties
    stack.note(resource, "UPDATE_COMPLETE")
    return True


def undo(stack: Stack, resource: Resource) -> None:
    """Undo one resource, unless its policy keeps it.  Raises FailedError."""
    if resource.kept:
        stack.note(resource, "DELETE_SKIPPED")
        return
    try:
        resource.made.undo()
    except ERRORS as error:
        raise FailedError(resource.name, resource.kind, words(error)) from error
    stack.note(resource, "DELETE_COMPLETE")


def undo_all(stack: Stack) -> None:
    """Undo every resource, the last first.  Raises FailedError at the first that stays."""
    while stack.resources:
        name = next(reversed(stack.resources))
        undo(stack, stack.resources[name])
        del stack.resources[name]


def _say(stack: Stack, template: Template, scope: Scope) -> None:
    """Have the outputs that the template describes.  Raises FailedError, with the stack's own name."""
    stack.outputs, stack.exports = {}, {}
    try:
        for name, output in standing(template.outputs, scope).items():
            value = str(resolve(output["Value"], scope))
            said = {"OutputKey": name, "OutputValue": value, "Description": output.get("Description", "")}
            if "Export" in output:
                said["ExportName"] = _exported(str(resolve(output["Export"]["Name"], scope)), scope)
                stack.exports[said["ExportName"]] = value
            stack.outputs[name] = said
    except ERRORS as error:
        raise FailedError(stack.name, "AWS::CloudFormation::Stack", words(error)) from error


def _exported(name: str, scope: Scope) -> str:
    """A name that nobody exports yet."""
    if name in scope.exports():
        raise invalid(f"Export with name {name} is already exported")
    return name


def words(error: Exception) -> str:
    """An error in one line, in the words of the API that said it."""
    match error:
        case ApiError():
            return error.message
        case ClientError():
            return str(error.response.get("Error", {}).get("Message") or error)
        case KeyError():
            return f"Encountered unsupported or missing property {error}"
    return " ".join(str(error).split())
