"""Functions in a lab as Lambda tells them: states, refusals, lists, and the interfaces that they leave."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.lab.function import errands

pytestmark = pytest.mark.lab

ID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


STATES = {
    "pending": {
        "State": "Pending",
        "StateReason": "The function is being created.",
        "StateReasonCode": "Creating",
    },
    "active": {"State": "Active", "LastUpdateStatus": "Successful"},
}


def states(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name.startswith(("State", "LastUpdate"))}


def test_a_function_is_pending_before_it_is_active(said: dict[str, Any]) -> None:
    """It says so with the reason when it is made, and says nothing but that later."""
    found = {"pending": states(said["pending"]["made"]), "active": states(said["active"]["configuration"])}
    assert STATES == found


PENDING = (
    "The operation cannot be performed at this time. "
    "The function is currently in the following state: Pending"
)
EARLY = {"invoke": PENDING, "delete": PENDING, "again": "Function already exist: first"}


@pytest.mark.parametrize("call", EARLY)
def test_a_function_in_the_making_is_in_conflict(call: str, said: dict[str, Any]) -> None:
    """It can be neither invoked nor deleted, and its name is taken."""
    assert [409, "ResourceConflictException", EARLY[call]] == said["pending"]["early"][call]


def test_a_function_is_told_as_it_was_made(said: dict[str, Any]) -> None:
    """Both calls tell the same configuration, one of them the code's place and the tags as well."""
    active = said["active"]
    told = {name: value for name, value in active["configuration"].items() if name != "ResponseMetadata"}
    assert told == active["function"]["Configuration"]
    assert {"run-probe": "r1"} == active["function"]["Tags"] == active["tags"]
    assert ("S3", 204) == (active["function"]["Code"]["RepositoryType"], active["dry"])


INVALID, ABSENT = "InvalidParameterValueException", "ResourceNotFoundException"
NO_ROLE = r"The role defined for the function cannot be assumed by Lambda\."
LOOKED = (
    r"Error occurred while {}\. EC2 Error Code: {}\.NotFound\. "
    r"EC2 Error Message: {} '{}-0123456789abcdef0' does not exist"
)
REFUSED = {
    "subnet": (
        (400, INVALID),
        LOOKED.format("DescribeSubnets", "InvalidSubnetID", "The subnet ID", "subnet"),
    ),
    "group": (
        (400, INVALID),
        LOOKED.format("DescribeSecurityGroups", "InvalidGroup", "The security group", "sg"),
    ),
    "execution-role": ((400, INVALID), NO_ROLE),
    "no-role": ((400, INVALID), NO_ROLE),
    "get": ((404, ABSENT), r"Function not found: arn:aws:lambda:us-east-1:123456789012:function:absent"),
    "invoke": ((404, ABSENT), r"Function not found: .*:absent"),
    "delete": ((404, ABSENT), r"Function not found: .*:absent"),
    "qualifier": ((404, ABSENT), r"Function not found: .*:first:live"),
    "payload": ((400, "InvalidRequestContentException"), r"Could not parse request body into json: .*"),
    "large": (
        (413, "RequestTooLargeException"),
        r"6291558 byte payload is too large for the RequestResponse invocation type \(limit 6291456 bytes\)",
    ),
    "lacking": ((501, "NotImplemented"), r"the lab lacks this: lambda PublishVersion"),
    "interface": (
        (400, "InvalidParameterValue"),
        r"Network interface 'eni-[0-9a-f]{17}' is currently in use\.",
    ),
    "regrouped": (
        (400, "OperationNotPermitted"),
        r"'eni-[0-9a-f]{17}' is managed by its requester, .+\.",
    ),
}


@pytest.mark.parametrize("request_", REFUSED)
def test_a_request_is_refused_in_the_words_of_lambda(request_: str, said: dict[str, Any]) -> None:
    """With the status and code that boto3 makes an exception of."""
    expected, text = REFUSED[request_]
    *answered, message = said["refused"][request_]
    assert [*expected] == answered
    assert re.fullmatch(text, message), message


def test_functions_share_an_interface_a_subnet(said: dict[str, Any]) -> None:
    """It is Lambda's, has no public address, and is named after the function that it was made for."""
    kinds = {(one["InterfaceType"], one["RequesterManaged"], one["Status"]) for one in said["interfaces"]}
    assert {("lambda", True, "in-use")} == kinds
    assert 2 == len(said["interfaces"])
    assert not any("Association" in one for one in said["interfaces"])
    first = said["interfaces"][0]["Description"]
    assert re.fullmatch(rf"AWS Lambda VPC ENI-[\w-]+-{ID}", first), first


def test_interfaces_outlive_their_functions_for_a_while(said: dict[str, Any]) -> None:
    """One that a function still uses stays in use; the others are available, and then gone."""
    expected = {"lingering": ["available"] * 2, "after": [], "functions": []}
    assert expected == {name: said["left"][name] for name in expected}
    assert ["available", "in-use"] == sorted(said["left"]["shared"])


def test_a_function_fails_where_no_address_is_free(said: dict[str, Any]) -> None:
    """It says why, and cannot be invoked."""
    told = states(said["full"]["told"])
    assert ("Failed", "SubnetOutOfIPAddresses") == (told["State"], told["StateReasonCode"])
    assert "no available IP addresses" in told["StateReason"]
    assert [409, "ResourceConflictException"] == said["full"]["invoke"][:2]


def test_functions_are_listed_by_pages(said: dict[str, Any]) -> None:
    """Each once, without their states."""
    made = ["first", *(f"fault-{name}" for name in errands.FAULTS), "short", "wide", "theirs", "poor"]
    assert ([4, 4, 4], made) == (said["listed"]["sizes"], said["listed"]["names"])
    assert "State" not in said["listed"]["one"]
