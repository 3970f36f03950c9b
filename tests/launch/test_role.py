"""The role that a run makes for its functions: once, with as little as Lambda needs, and not for long."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest

from probe.launch.carriers import role
from probe.launch.carriers.role import Lent
from probe.launch.refused import RefusedError
from tests.clients import Answer, answering

NAME, RUN = "run-probe-0a1b2c3d", "0a1b2c3d"
ARN = f"arn:aws:iam::123456789012:role/{NAME}"
SHOWN: Mapping[str, Any] = {
    "Role": {
        "Path": "/",
        "RoleName": NAME,
        "RoleId": "AROAEXAMPLEEXAMPLE",
        "Arn": ARN,
        "CreateDate": "2026-03-01T12:00:00Z",
    }
}
WANTED = role.requests(RUN)
MADE = Answer("create_role", WANTED["CreateRole"], SHOWN)
GRANTED = Answer("put_role_policy", WANTED["PutRolePolicy"])
STRIPPED = Answer("delete_role_policy", {"RoleName": NAME, "PolicyName": "interfaces-in-a-vpc"})
GONE = Answer("delete_role", {"RoleName": NAME})


class Account(NamedTuple):
    """A session that has one client."""

    iam: Any

    def client(self, _: str) -> Any:
        return self.iam


@contextmanager
def lent(told: list[str], *script: Answer) -> Iterator[Lent]:
    """The role of a run in an account that answers so, for as long as the run lasts."""
    with answering("iam", script) as iam, Lent(Account(iam), RUN, told.append) as made:
        yield made


def refused(answer: Answer) -> Answer:
    return answer._replace(code="AccessDenied", words="no policy allows it", status=403)


def test_it_is_made_at_the_first_call_and_removed_at_the_end() -> None:
    """Every function has the same."""
    told: list[str] = []
    with lent(told, MADE, GRANTED, STRIPPED, GONE) as made:
        assert [ARN, ARN] == [made.arn(), made.arn()]
    assert [f"a role is being made for the functions: {NAME}"] == told


def test_without_a_function_there_is_none() -> None:
    """Not even a call."""
    told: list[str] = []
    with lent(told):
        pass
    assert [] == told


def test_it_may_nothing_but_make_interfaces() -> None:
    """Lambda alone can take it, and it may write no log, so that none is left."""
    trust = json.loads(WANTED["CreateRole"]["AssumeRolePolicyDocument"])["Statement"]
    actions = json.loads(WANTED["PutRolePolicy"]["PolicyDocument"])["Statement"][0]["Action"]
    assert ["lambda.amazonaws.com"] == [one["Principal"]["Service"] for one in trust]
    assert {"ec2"} == {action.partition(":")[0] for action in actions}
    assert [{"Key": "run-probe", "Value": RUN}] == WANTED["CreateRole"]["Tags"]


@pytest.mark.parametrize(
    ("script", "action"),
    [
        ([refused(MADE)], "iam:CreateRole"),
        ([MADE, refused(GRANTED), STRIPPED._replace(code="NoSuchEntity"), GONE], "iam:PutRolePolicy"),
    ],
    ids=["not-made", "made-in-part"],
)
def test_a_refusal_is_told_to_every_function(script: Sequence[Answer], action: str) -> None:
    """It is asked for once, and what there is of it is removed."""
    with lent([], *script) as made:
        for _ in range(2):
            with pytest.raises(RefusedError, match=f"{action} on role/{NAME} is denied"):
                made.arn()


def test_what_cannot_be_removed_is_told_with_the_command_that_can() -> None:
    """The measurement stands."""
    told: list[str] = []
    with lent(told, MADE, GRANTED, STRIPPED, refused(GONE)) as made:
        made.arn()
    assert f"could not remove role {NAME}: " in told[-1]
    assert told[-1].endswith("; run-probe cleanup finishes it")
