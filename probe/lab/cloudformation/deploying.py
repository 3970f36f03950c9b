"""A template deployed: from what was asked for to a stack that stands, or is rolled back and says why."""

from __future__ import annotations

import secrets
import string
import sys
import uuid
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from probe.lab.api.errors import ApiError
from probe.lab.cloudformation import imports, kinds, parameters, rules
from probe.lab.cloudformation.intrinsics import Scope, resolve
from probe.lab.cloudformation.kinds.kind import Hands, Made, Properties
from probe.lab.cloudformation.loops import written_out
from probe.lab.cloudformation.shelves import Shelves
from probe.lab.cloudformation.stacks import FailedError, Stack, order, realise, undo, undo_all
from probe.lab.cloudformation.templates import Template, invalid, read

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_NESTED = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
"""Stacks in stacks, and the property that says where their template is."""

_LETTERS = string.ascii_uppercase + string.digits
_LONGEST = 63
_NO_UPDATES = "No updates are to be performed."


class Formation:
    """The stacks of one region."""

    def __init__(self, cloud: Cloud, region: str) -> None:
        self._cloud, self._region = cloud, region
        self._shelves = Shelves(cloud.client, region)
        self.stacks: dict[str, Stack] = {}
        self.change_sets: dict[str, Any] = {}

    def find(self, name: str) -> Stack:
        """The stack of a name or an ARN.  Raises ApiError."""
        for stack in self.stacks.values():
            if name in {stack.name, stack.arn}:
                return stack
        raise invalid(f"Stack with id {name} does not exist")

    def template(self, given: Mapping[str, Any]) -> Template:
        """The template of a request, which brings its text or says where in S3 it is; checked."""
        body = given.get("TemplateBody") or self._shelves.fetched(given.get("TemplateURL"))
        template = read(body)
        _refuse_unknown(template)
        return template

    def planned(self, name: str, template: Template, given: Mapping[str, str]) -> Stack:
        """A stack that nothing of stands yet.  Raises ApiError where its template leads nowhere."""
        if name in self.stacks and self.stacks[name].status != "REVIEW_IN_PROGRESS":
            raise ApiError("AlreadyExistsException", f"Stack [{name}] already exists")
        arn = f"arn:aws:cloudformation:{self._region}:{self._cloud.account}:stack/{name}/{uuid.uuid4()}"
        stack = Stack(name, arn, template, dict(given), tags=[])
        stack.template = self.written_out(stack, template, given)
        order(stack.template, self._scope(stack, stack.template, given))
        self.stacks[name] = stack
        return stack

    def create(self, stack: Stack, on_failure: str = "ROLLBACK") -> None:
        """Make everything of a planned stack; what goes wrong is in its state and its events."""
        stack.tell("CREATE_IN_PROGRESS", "User Initiated")
        try:
            self._realise(stack, stack.template, stack.parameters)
        except FailedError as error:
            self._failed(stack, error, on_failure)
        else:
            stack.tell("CREATE_COMPLETE")

    def update(self, stack: Stack, template: Template, given: Mapping[str, str]) -> None:
        """Make a stack what another template says; back to the old one where that fails.  Raises ApiError."""
        if template.text == stack.template.text and given == stack.parameters:
            raise invalid(_NO_UPDATES)
        template = self.written_out(stack, template, given)
        order(template, self._scope(stack, template, given))
        stack.tell("UPDATE_IN_PROGRESS", "User Initiated")
        try:
            self._realise(stack, template, given)
        except FailedError as error:
            self._tell(stack, error)
            stack.tell("UPDATE_ROLLBACK_IN_PROGRESS", str(error))
            self._back(stack, error)
        else:
            stack.template, stack.parameters = template, dict(given)
            stack.tell("UPDATE_COMPLETE")

    def _back(self, stack: Stack, failed: FailedError) -> None:
        """As the stack was, and without what had come in place of its resources."""
        try:
            self._realise(stack, stack.template, stack.parameters)
            for resource in reversed(failed.supplanting):
                undo(stack, resource)
        except FailedError as left:
            stack.tell("UPDATE_ROLLBACK_FAILED", str(left))
        else:
            stack.tell("UPDATE_ROLLBACK_COMPLETE")

    def delete(self, stack: Stack) -> None:
        """Undo a stack, unless another one has use of what it exports."""
        stack.tell("DELETE_IN_PROGRESS", "User Initiated")
        held = self._in_use(stack)
        if held:
            stack.tell("DELETE_FAILED", held)
            return
        try:
            undo_all(stack)
        except FailedError as error:
            stack.tell("DELETE_FAILED", str(error))
        else:
            stack.tell("DELETE_COMPLETE")
            self.stacks.pop(stack.name, None)

    def _in_use(self, stack: Stack) -> str:
        for other in self.stacks.values():
            if not stack.exports or other is stack or not other.resources:
                continue
            scope = self._scope(other, other.template, other.parameters)
            for name in imports.names(other.template, scope):
                if name in stack.exports:
                    return f"Delete canceled. Cannot delete export {name} as it is in use by {other.name}."
        return ""

    def written_out(self, stack: Stack, template: Template, given: Mapping[str, str]) -> Template:
        """The template as it is after its rules and its loops, which may run over parameters."""
        scope = self._scope(stack, template, given)
        rules.check(template.rules, scope)
        made = written_out(template, lambda collection: resolve(collection, scope))
        _refuse_unknown(made)
        return made

    def exports(self) -> dict[str, str]:
        """What every stack exports."""
        return {name: value for stack in self.stacks.values() for name, value in stack.exports.items()}

    def _realise(self, stack: Stack, template: Template, given: Mapping[str, str]) -> None:
        realise(stack, template, self._scope(stack, template, given), partial(self._make, stack))

    def _failed(self, stack: Stack, error: FailedError, on_failure: str) -> None:
        self._tell(stack, error)
        why = f"The following resource(s) failed to create: [{error.name}]."
        if on_failure == "DO_NOTHING":
            stack.tell("CREATE_FAILED", why)
            return
        stack.tell("ROLLBACK_IN_PROGRESS", f"{why} Rollback requested by user.")
        try:
            undo_all(stack)
        except FailedError as left:
            stack.tell("ROLLBACK_FAILED", str(left))
            return
        stack.tell("ROLLBACK_COMPLETE")
        if on_failure == "DELETE":
            self.delete(stack)

    @staticmethod
    def _tell(stack: Stack, error: FailedError) -> None:
        """Whoever builds a world of templates wants to know at once."""
        sys.stderr.write(f"lab: stack {stack.name} failed: {error}\n")

    def _make(self, stack: Stack, name: str, kind: str, given: Properties) -> Made:
        if kind in _NESTED:
            return self._nested(stack, name, {**given, "TemplateURL": given[_NESTED[kind]]})
        made = kinds.maker(kind)
        if made is None:
            raise invalid(f"Unrecognized resource type {kind}")
        return made(self._hands(stack, name, kind), kinds.tagged(kind, given, stack.tags))

    def _hands(self, stack: Stack, name: str, kind: str) -> Hands:
        def say(words: str) -> None:
            sys.stderr.write(f"lab: stack {stack.name}: {name} ({kind}): {words}\n")

        return Hands(
            client=lambda api: self._cloud.client(api, self._region),
            say=say,
            name=_physical(stack.name, name),
            region=self._region,
            account=self._cloud.account,
        )

    def _nested(self, parent: Stack, name: str, given: Properties) -> Made:
        """A stack in a stack: its outputs are its attributes."""
        template = self.template(given)
        inner = f"{parent.name}-{name}-{uuid.uuid4().hex[:12].upper()}"
        stack = self.planned(inner, template, given.get("Parameters") or {})
        stack.tags = parent.tags
        self.create(stack)
        if stack.status != "CREATE_COMPLETE":
            raise invalid(f"Embedded stack {stack.arn} was not successfully created: {stack.reason}")
        outputs = {f"Outputs.{key}": said["OutputValue"] for key, said in stack.outputs.items()}
        return Made(stack.arn, partial(self.delete, stack), outputs)

    def _scope(self, stack: Stack, template: Template, given: Mapping[str, str]) -> Scope:
        values = parameters.values(template.parameters, given, self._shelves.parameter)
        pseudo = {
            "AWS::AccountId": self._cloud.account,
            "AWS::NotificationARNs": [],
            "AWS::Partition": "aws",
            "AWS::Region": self._region,
            "AWS::StackId": stack.arn,
            "AWS::StackName": stack.name,
            "AWS::URLSuffix": "amazonaws.com",
        }
        return Scope(
            template=template,
            values=values | pseudo,
            made=partial(_made, stack),
            exports=self.exports,
            zones=self._shelves.zones,
            stored=self._shelves.stored,
        )


def _physical(stack: str, name: str) -> str:
    """A name that CloudFormation makes up: both are cut where a bucket or a role could not be called so.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
    """
    suffix = "".join(secrets.choice(_LETTERS) for _ in range(12))
    room = _LONGEST - len(suffix) - len("--")
    head = stack[: max(room // 2, room - len(name))]
    return f"{head}-{name[: room - len(head)]}-{suffix}"


def _refuse_unknown(template: Template) -> None:
    """Raise ApiError for the types that the lab cannot make."""
    wanted = {resource["Type"] for resource in template.described}
    unknown = sorted(kind for kind in wanted if kind not in _NESTED and kinds.maker(kind) is None)
    if unknown:
        why = "the lab cannot make them, and a network without them would be another one"
        raise invalid(f"Template format error: Unrecognized resource types: [{', '.join(unknown)}]: {why}")


def _made(stack: Stack, name: str, attribute: str) -> Any:
    if name not in stack.resources:
        raise invalid(f"Unresolved resource dependencies [{name}]")
    made = stack.resources[name].made
    if not attribute:
        return made.id
    try:
        found = made.attributes[attribute]
    except KeyError:
        kind = stack.resources[name].kind
        raise invalid(f"Requested attribute {attribute} does not exist in schema for {kind}") from None
    return found() if callable(found) else found
