"""What the role did not find is looked for by name, where it may be instead."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from msgspec.structs import replace

from probe.launch import elsewhere
from probe.model import Call, Failure, Kind, Layer, Observation, Outcome, Status
from tests.builders.cases import spec, target

PREFIX = "arn:aws:secretsmanager:us-east-1:123456789012:secret:"
ECR, PULL = "123456789012.dkr.ecr.us-east-1.amazonaws.com", "registry:Pull"
SECRET, PARAMETERS = "secretsmanager:GetSecretValue", "ssm:GetParameters"


class Account:
    """A session and its clients: the secrets' ARNs by name, and the parameters' names by region."""

    def __init__(
        self,
        secrets: dict[str, str] | None = None,
        parameters: dict[str, str] | None = None,
        denied: str = "",
    ) -> None:
        self.secrets, self.parameters, self.denied = secrets or {}, parameters or {}, denied
        self.region = ""

    def client(self, _: str, region_name: str, **__: Any) -> Account:
        """The same account, looked at from a region."""
        there = Account(self.secrets, self.parameters, self.denied)
        there.region = region_name
        return there

    def get_available_regions(self, _: str, partition_name: str) -> list[str]:
        assert partition_name == "aws"
        return ["us-east-1", "eu-west-1", "af-south-1"]

    def describe_secret(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803  AWS's
        self._refuse("secretsmanager:DescribeSecret")
        if SecretId not in self.secrets:
            raise _error("ResourceNotFoundException", "no")
        return {"ARN": self.secrets[SecretId]}

    def describe_images(self, **asked: Any) -> dict[str, list[dict[str, str]]]:
        """One tag of one repository; its digest stands among the secrets."""
        self._refuse("ecr:DescribeImages")
        name = f"{asked['repositoryName']}:{asked['imageIds'][0]['imageTag']}"
        if name not in self.secrets:
            raise _error("ImageNotFoundException", "no")
        return {"imageDetails": [{"imageDigest": self.secrets[name]}]}

    def get_paginator(self, _: str) -> Account:
        return self

    def paginate(self, **asked: Any) -> list[dict[str, list[dict[str, str]]]]:
        """DescribeParameters; one region is not the account's."""
        if self.region == "af-south-1":
            raise _error("UnrecognizedClientException", "The security token included is invalid.")
        self._refuse("ssm:DescribeParameters")
        (names,) = (one["Values"] for one in asked["ParameterFilters"])
        assert len(names) <= 50
        return [{"Parameters": [{"Name": one} for one in names if self.parameters.get(one) == self.region]}]

    def _refuse(self, action: str) -> None:
        if action == self.denied:
            raise _error("AccessDeniedException", f"not authorized to perform: {action} on resource: *")


def _error(code: str, words: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": words}}, "Describe")


def failing(operation: str, reference: str, kind: Kind = Kind.NOT_FOUND) -> Outcome:
    """An outcome in which one reference was not found."""
    told = Observation(
        target="t",
        layer=Layer.CALL,
        operation=operation,
        status=Status.FAIL,
        reference=reference,
        failure=Failure(operation=operation, kind=kind, words="no"),
    )
    return Outcome(subnet="a", ended="", observations=(told,))


@pytest.mark.parametrize(
    ("account", "outcome", "expected"),
    [
        (Account(parameters={"/a": "eu-west-1"}), failing(PARAMETERS, "/a"), {"/a": "eu-west-1"}),
        (Account(parameters={"/a": "us-east-1"}), failing(PARAMETERS, "/a"), {}),
        (Account(parameters={"/a": "eu-west-1"}), failing(PARAMETERS, "/a:3"), {"/a:3": "eu-west-1"}),
        (Account(parameters={"/a": "eu-west-1"}), failing(PARAMETERS, "/a", Kind.ACCESS_DENIED), {}),
        (
            Account({"db-master": f"{PREFIX}db-master-AbCdEf"}),
            failing(SECRET, f"{PREFIX}db-master:key::"),
            {f"{PREFIX}db-master": f"{PREFIX}db-master-AbCdEf"},
        ),
        (
            Account({"db": f"{PREFIX}db-AbCdEf"}),
            failing(SECRET, f"{PREFIX}db-Zyxwvu"),
            {f"{PREFIX}db-Zyxwvu": f"{PREFIX}db-AbCdEf"},
        ),
        (Account(), failing(SECRET, f"{PREFIX}db-AbCdEf"), {}),
        (Account({"web:1": "sha256:1"}), failing(PULL, f"{ECR}/web:1"), {f"{ECR}/web:1": "sha256:1"}),
        (Account(), failing(PULL, f"{ECR}/web:1"), {f"{ECR}/web:1": ""}),
        (Account(), failing(PULL, "nginx:1"), {}),
    ],
    ids=[
        "region",
        "same-region",
        "selector",
        "denied",
        "looks-whole",
        "made-again",
        "nowhere",
        "tag",
        "no-tag",
        "hub",
    ],
)
def test_a_reference_is_found_where_it_is(
    account: Account, outcome: Outcome, expected: dict[str, str]
) -> None:
    """A bare name in another region, a secret under the ARN that it has, and what a tag means."""
    assert (expected, ()) == elsewhere.find(account, spec(), [outcome])


def test_more_names_than_one_question_takes_are_all_looked_for() -> None:
    """DescribeParameters takes fifty at once."""
    names = [f"/p{number:02}" for number in range(51)]
    account = Account(parameters=dict.fromkeys(names, "eu-west-1"))
    found = elsewhere.find(account, spec(), [failing(PARAMETERS, name) for name in names])
    assert dict.fromkeys(names, "eu-west-1") == found.places


@pytest.mark.parametrize(
    ("action", "outcome"),
    [
        ("ssm:DescribeParameters", failing(PARAMETERS, "/a")),
        ("secretsmanager:DescribeSecret", failing(SECRET, f"{PREFIX}db-AbCdEf")),
        ("ecr:DescribeImages", failing(PULL, f"{ECR}/web:1")),
    ],
)
def test_what_may_not_be_looked_for_is_said_once(action: str, outcome: Outcome) -> None:
    """A refusal is no proof of absence, however many regions refuse."""
    found = elsewhere.find(Account(denied=action), spec(), [outcome])
    assert ({}, [action]) == (found.places, [refused.action for refused in found.refused])


def test_a_road_that_names_no_reference_has_all_of_its_target_looked_for() -> None:
    """In the task's own region as well: what is there is not what was meant."""
    calls = [Call(operation=PARAMETERS, reference=name) for name in ("/here", "/away", "/gone")]
    calls += [Call(operation=SECRET, reference=f"{PREFIX}db-AbCdEf"), Call(operation=SECRET)]
    told = replace(failing(PARAMETERS, "").observations[0], target="ssm", reference=None)
    account = Account({"db": f"{PREFIX}db-AbCdEf"}, {"/here": "us-east-1", "/away": "eu-west-1"})
    asked = replace(target("ssm", *calls), name="ssm")
    found = elsewhere.find(account, spec(), [Outcome(subnet="a", ended="", observations=(told,))], [asked])
    assert {"/here": "us-east-1", "/away": "eu-west-1", f"{PREFIX}db-AbCdEf": f"{PREFIX}db-AbCdEf"} == (
        found.places
    )
