"""CloudFormation's API over the stacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call, Handler
from probe.lab.api.errors import ApiError
from probe.lab.cloudformation import answers, changes
from probe.lab.cloudformation.asking import acknowledged, given, needed_capabilities
from probe.lab.cloudformation.deploying import Formation
from probe.lab.cloudformation.stacks import Stack

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

Json = dict[str, Any]
Action = Callable[[Formation, Call], Json]


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    """(service, operation) and what answers it."""
    regions: dict[str, Formation] = {}

    def answer(action: Action, call: Call) -> Json:
        formation = regions.setdefault(call.region, Formation(cloud, call.region))
        return action(formation, call)

    for operation, action in {**ACTIONS, **changes.ACTIONS}.items():
        yield ("cloudformation", operation), partial(answer, action)


def _create(formation: Formation, call: Call) -> Json:
    template = formation.template(call.params)
    acknowledged(call.params, template)
    stack = formation.planned(call.params["StackName"], template, given(call.params))
    stack.tags = list(call.params.get("Tags") or ())
    keep = str(call.params.get("DisableRollback", False)).lower() == "true"
    formation.create(stack, "DO_NOTHING" if keep else call.params.get("OnFailure", "ROLLBACK"))
    return {"StackId": stack.arn}


def _update(formation: Formation, call: Call) -> Json:
    stack = formation.find(call.params["StackName"])
    same = str(call.params.get("UsePreviousTemplate", False)).lower() == "true"
    template = stack.template if same else formation.template(call.params)
    acknowledged(call.params, template)
    formation.update(stack, template, given(call.params, stack.parameters))
    return {"StackId": stack.arn}


def _delete(formation: Formation, call: Call) -> Json:
    """Deleting what is not there is no error."""
    for stack in list(formation.stacks.values()):
        if call.params["StackName"] in {stack.name, stack.arn}:
            formation.delete(stack)
    return {}


def _stacks(formation: Formation, call: Call) -> Json:
    wanted = call.params.get("StackName")
    found = [formation.find(wanted)] if wanted else formation.stacks.values()
    return {"Stacks": [answers.stack(one) for one in found]}


def _events(formation: Formation, call: Call) -> Json:
    stack = formation.find(call.params["StackName"])
    events = [answers.event(stack, number, one) for number, one in enumerate(stack.events)]
    return {"StackEvents": events[::-1]}


def _resources(formation: Formation, call: Call) -> Json:
    wanted = call.params.get("LogicalResourceId")
    found = [
        one for one in _described(_stack_of(formation, call)) if wanted in {None, one["LogicalResourceId"]}
    ]
    return {"StackResources": found}


def _stack_of(formation: Formation, call: Call) -> Stack:
    """The stack that is named, or that a physical resource belongs to."""
    physical = call.params.get("PhysicalResourceId")
    for stack in formation.stacks.values() if physical else ():
        if physical in {one.made.id for one in stack.resources.values()}:
            return stack
    return formation.find(call.params.get("StackName") or str(physical))


def _resource(formation: Formation, call: Call) -> Json:
    stack, name = formation.find(call.params["StackName"]), call.params["LogicalResourceId"]
    if name not in stack.resources:
        words = f"Resource {name} does not exist for stack {stack.name}"
        raise ApiError("ValidationError", words)
    return {"StackResourceDetail": answers.resource(stack, stack.resources[name])}


def _summaries(formation: Formation, call: Call) -> Json:
    return {"StackResourceSummaries": _described(formation.find(call.params["StackName"]))}


def _described(stack: Stack) -> list[Json]:
    return [answers.resource(stack, one) for one in stack.resources.values()]


def _template(formation: Formation, call: Call) -> Json:
    return {"TemplateBody": formation.find(call.params["StackName"]).template.text}


def _validated(formation: Formation, call: Call) -> Json:
    template = formation.template(call.params)
    declared = [
        {"ParameterKey": name, "DefaultValue": str(one["Default"])}
        if "Default" in one
        else {"ParameterKey": name}
        for name, one in template.parameters.items()
    ]
    capabilities = needed_capabilities(template)
    return {"Parameters": declared, "Description": template.description, "Capabilities": capabilities}


def _summarized(formation: Formation, call: Call) -> Json:
    wanted = call.params.get("StackName")
    template = formation.find(wanted).template if wanted else formation.template(call.params)
    declared = [
        {"ParameterKey": name, "ParameterType": one["Type"]} for name, one in template.parameters.items()
    ]
    return {
        "Parameters": declared,
        "Description": template.description,
        "Capabilities": needed_capabilities(template),
        "ResourceTypes": sorted({one["Type"] for one in template.described}),
    }


def _exports(formation: Formation, _: Call) -> Json:
    found = (
        {"ExportingStackId": stack.arn, "Name": name, "Value": value}
        for stack in formation.stacks.values()
        for name, value in stack.exports.items()
    )
    return {"Exports": list(found)}


ACTIONS: Mapping[str, Action] = {
    "CreateStack": _create,
    "UpdateStack": _update,
    "DeleteStack": _delete,
    "DescribeStacks": _stacks,
    "ListStacks": lambda formation, _: {
        "StackSummaries": [answers.summary(one) for one in formation.stacks.values()]
    },
    "DescribeStackEvents": _events,
    "DescribeStackResources": _resources,
    "DescribeStackResource": _resource,
    "ListStackResources": _summaries,
    "GetTemplate": _template,
    "ValidateTemplate": _validated,
    "GetTemplateSummary": _summarized,
    "ListExports": _exports,
}
