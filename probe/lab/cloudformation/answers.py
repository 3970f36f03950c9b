"""What CloudFormation says of stacks, as boto3 shows it."""

from __future__ import annotations

from typing import Any

from probe.lab.cloudformation.stacks import Event, Resource, Stack


def stack(one: Stack) -> dict[str, Any]:
    """``DescribeStacks``'s form."""
    found: dict[str, Any] = {
        "StackId": one.arn,
        "StackName": one.name,
        "CreationTime": one.created,
        "StackStatus": one.status,
        "DisableRollback": False,
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value} for key, value in one.parameters.items()
        ],
        "Outputs": list(one.outputs.values()),
        "Tags": one.tags,
        "NotificationARNs": [],
    }
    reason = {"StackStatusReason": one.reason} if one.reason else {}
    description = {"Description": one.template.description} if one.template.description else {}
    return found | reason | description


def summary(one: Stack) -> dict[str, Any]:
    """``ListStacks``'s form."""
    return {key: stack(one)[key] for key in ("StackId", "StackName", "CreationTime", "StackStatus")}


def resource(of: Stack, one: Resource) -> dict[str, Any]:
    """``DescribeStackResources``'s form."""
    return {
        "StackName": of.name,
        "StackId": of.arn,
        "LogicalResourceId": one.name,
        "PhysicalResourceId": one.made.id,
        "ResourceType": one.kind,
        "Timestamp": one.since,
        "LastUpdatedTimestamp": one.since,
        "ResourceStatus": "CREATE_COMPLETE",
    }


def event(of: Stack, number: int, one: Event) -> dict[str, Any]:
    """``DescribeStackEvents``'s form."""
    reason = {"ResourceStatusReason": one.reason} if one.reason else {}
    return {
        "StackId": of.arn,
        "StackName": of.name,
        "EventId": f"{one.resource}-{number}",
        "LogicalResourceId": one.resource,
        "PhysicalResourceId": one.physical,
        "ResourceType": one.kind,
        "Timestamp": one.at,
        "ResourceStatus": one.status,
    } | reason
