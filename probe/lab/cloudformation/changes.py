"""Change sets, with which ``aws cloudformation deploy`` makes and changes stacks."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from probe.lab.api.calls import Call
from probe.lab.api.errors import ApiError
from probe.lab.cloudformation.asking import acknowledged, given
from probe.lab.cloudformation.deploying import Formation
from probe.lab.cloudformation.stacks import Stack
from probe.lab.cloudformation.templates import Template

Json = dict[str, Any]
_NO_CHANGES = (
    "The submitted information didn't contain changes. Submit different information to create a change set."
)


@dataclass(frozen=True)
class ChangeSet:
    """What a stack would become; ``fresh`` where nothing of it stands yet."""

    name: str
    arn: str
    stack: Stack
    template: Template
    parameters: Mapping[str, str]
    fresh: bool

    @property
    def empty(self) -> bool:
        """Whether nothing would change."""
        same = self.template.text == self.stack.template.text and self.parameters == self.stack.parameters
        return same and not self.fresh


def _create(formation: Formation, call: Call) -> Json:
    name, set_name = call.params["StackName"], call.params["ChangeSetName"]
    same = str(call.params.get("UsePreviousTemplate", False)).lower() == "true"
    template = formation.find(name).template if same else formation.template(call.params)
    acknowledged(call.params, template)
    fresh = call.params.get("ChangeSetType") == "CREATE"
    if fresh:
        stack = formation.planned(name, template, given(call.params))
        stack.tell("REVIEW_IN_PROGRESS", "User Initiated")
    else:
        stack = formation.find(name)
    chosen = given(call.params, stack.parameters)
    arn = stack.arn.replace(":stack/", ":changeSet/").rpartition("/")[0].rpartition("/")[0]
    made = ChangeSet(
        set_name,
        f"{arn}/{set_name}/{uuid.uuid4()}",
        stack,
        formation.written_out(stack, template, chosen),
        chosen,
        fresh,
    )
    formation.change_sets[made.arn] = made
    return {"Id": made.arn, "StackId": stack.arn}


def _found(formation: Formation, call: Call) -> ChangeSet:
    wanted, stack = call.params["ChangeSetName"], call.params.get("StackName")
    one: ChangeSet
    for one in formation.change_sets.values():
        if one.arn == wanted or (one.name == wanted and stack in {one.stack.name, one.stack.arn}):
            return one
    raise ApiError("ChangeSetNotFound", f"ChangeSet [{wanted}] does not exist")


def _described(formation: Formation, call: Call) -> Json:
    found = _found(formation, call)
    state = {"Status": "CREATE_COMPLETE", "ExecutionStatus": "AVAILABLE"}
    if found.empty:
        state = {"Status": "FAILED", "StatusReason": _NO_CHANGES, "ExecutionStatus": "UNAVAILABLE"}
    return state | {
        "ChangeSetName": found.name,
        "ChangeSetId": found.arn,
        "StackId": found.stack.arn,
        "StackName": found.stack.name,
        "Changes": list(_changes(found)),
    }


def _changes(found: ChangeSet) -> Iterator[Json]:
    """One line a resource whose description differs; whether it is replaced shows when it is carried out."""
    before = {} if found.fresh else found.stack.template.resources
    for name in dict.fromkeys([*before, *found.template.resources]):
        old, new = before.get(name), found.template.resources.get(name)
        if old == new:
            continue
        action = "Add" if old is None else "Remove" if new is None else "Modify"
        kind = (new or old or {})["Type"]
        change = {"Action": action, "LogicalResourceId": name, "ResourceType": kind}
        yield {"Type": "Resource", "ResourceChange": change}


def _execute(formation: Formation, call: Call) -> Json:
    found = _found(formation, call)
    del formation.change_sets[found.arn]
    if found.fresh:
        formation.create(found.stack)
    else:
        formation.update(found.stack, found.template, found.parameters)
    return {}


def _delete(formation: Formation, call: Call) -> Json:
    del formation.change_sets[_found(formation, call).arn]
    return {}


ACTIONS: Mapping[str, Callable[[Formation, Call], Json]] = {
    "CreateChangeSet": _create,
    "DescribeChangeSet": _described,
    "ExecuteChangeSet": _execute,
    "DeleteChangeSet": _delete,
}
