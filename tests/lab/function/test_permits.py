"""Rights about functions in a lab: the callers', and the roles'."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lab.function.desk import arn

pytestmark = pytest.mark.lab


def test_a_role_that_may_not_write_logs_leaves_none(said: dict[str, Any]) -> None:
    """The function answers all the same."""
    assert ({"do": "echo"}, []) == (said["roles"]["answer"]["payload"], said["roles"]["groups"])


@pytest.mark.parametrize(
    "action", ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"]
)
def test_a_role_without_rights_to_interfaces_is_refused(action: str, said: dict[str, Any]) -> None:
    """Lambda names the action of the role's that is missing."""
    verb = action.partition(":")[2]
    text = f"The provided execution role does not have permissions to call {verb} on EC2"
    assert [400, "InvalidParameterValueException", text] == said["roles"]["refused"][action]


def test_lambda_knows_of_a_new_role_some_seconds_late(said: dict[str, Any]) -> None:
    """As IAM's eventual consistency has it; later the same role is taken."""
    text = "The role defined for the function cannot be assumed by Lambda."
    assert [400, "InvalidParameterValueException", text] == said["roles"]["refused"]["new"]


RIGHTS = ["CreateFunction", "TagResource", "GetFunction", "GetFunctionConfiguration", "InvokeFunction"]
RIGHTS += ["DeleteFunction", "ListTags", "ListFunctions"]


@pytest.mark.parametrize("right", [f"lambda:{name}" for name in RIGHTS] + ["iam:PassRole"])
def test_a_caller_without_a_right_is_denied(right: str, said: dict[str, Any]) -> None:
    """By the name of the action and of what it was asked for."""
    status, code, text = said["rights"][right]
    resource = {
        "lambda:ListFunctions": "*",
        "iam:PassRole": "arn:aws:iam::123456789012:role/run-probe-function",
    }
    who = "User: arn:aws:sts::123456789012:assumed-role/limited/desk is not authorized to perform: "
    assert (403, "AccessDeniedException") == (status, code)
    assert text.startswith(f"{who}{right} on resource: {resource.get(right, arn('theirs'))} because no ")


@pytest.mark.parametrize("verb", ["DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs"])
def test_ec2_asks_the_caller_too(verb: str, said: dict[str, Any]) -> None:
    """A caller who may not see subnets and groups can put no function there."""
    status, code, text = said["rights"][f"ec2:{verb}"]
    assert (403, "AccessDeniedException") == (status, code)
    assert f"please make sure your request credentials have permission to {verb} for " in text


def test_tags_are_shown_to_those_who_may_list_them(said: dict[str, Any]) -> None:
    """The rest of the function is shown all the same, with what was denied."""
    assert said["rights"]["all"] == "Pending"
    assert said["rights"]["tags"]["Tags"] is None
    assert "lambda:ListTags" in said["rights"]["tags"]["TagsError"]["Message"]
