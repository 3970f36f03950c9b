"""AWS's refusals in one line: what, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    UnauthorizedSSOTokenError,
)
from botocore.parsers import ResponseParserError

from probe.evidence.snapshot import Denied
from probe.launch.attempts import attempt
from probe.launch.refusals import asking
from probe.launch.refused import RefusedError
from tests.launch.fake_ecs import denied


def error(code: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "RunTask")


@pytest.mark.parametrize(
    ("raised", "why", "advice"),
    [
        (
            denied("RunTask", "iam:PassRole", "arn:aws:iam::123456789012:role/exec"),
            "iam:PassRole on arn:aws:iam::123456789012:role/exec is denied",
            "allow iam:PassRole on arn:aws:iam::123456789012:role/exec",
        ),
        (error("AccessDenied", "no"), "ecs:RunTask on task/* is denied", "allow ecs:RunTask on task/*"),
        (error("ExpiredToken", "old"), "the credentials have expired", "aws sso login"),
        (error("InvalidClientTokenId", "?"), "AWS does not know these credentials", "--profile"),
        (error("InvalidParameterException", "a\nb"), "InvalidParameterException: a b", "ecs:RunTask"),
        (NoCredentialsError(), "Unable to locate credentials", "--profile"),
        (UnauthorizedSSOTokenError(), "SSO", "aws sso login"),
        (EndpointConnectionError(endpoint_url="https://x"), "https://x", "network of this machine"),
        (ResponseParserError("invalid XML received"), "invalid XML", "its proxy settings"),
    ],
)
def test_a_refusal_says_why_and_what_to_do(raised: Exception, why: str, advice: str) -> None:
    """The action and the resource are AWS's where it names them, and the question's where it does not."""
    with pytest.raises(RefusedError) as refused, asking("cannot start", "ecs:RunTask", "task/*"):
        raise raised
    assert (True, True, 1) == (
        str(refused.value).startswith("cannot start: ") and why in str(refused.value),
        advice in refused.value.advice,
        len(str(refused.value).splitlines()),
    )


def test_a_fault_of_the_tool_is_not_a_refusal() -> None:
    """Only AWS's answers, and their absence, are."""
    with pytest.raises(KeyError), asking("cannot start", "ecs:RunTask"):
        raise KeyError


def test_a_part_that_something_else_answered_for_is_not_empty() -> None:
    """A page in place of an answer is a reason not to know."""

    def read() -> Iterator[str]:
        yield "a subnet"
        raise ResponseParserError("invalid XML received")

    found = attempt(read, "ec2:DescribeSubnets", "subnet-a")
    assert isinstance(found, Denied)
    assert ("ec2:DescribeSubnets", "invalid XML received") == (found.action, found.words)
