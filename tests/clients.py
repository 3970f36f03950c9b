"""boto3 clients whose answers are given beforehand; botocore checks both sides against its model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

import boto3
from botocore.stub import Stubber

from tests.vantages import REGION

DENIED = (
    "User: arn:aws:sts::123456789012:assumed-role/exec/r1 is not authorized to perform: {action} "
    "on resource: {resource} because no identity-based policy allows the {action} action"
)


class Answer(NamedTuple):
    """One expected call and its answer, or its refusal by ``code``."""

    method: str
    asked: dict[str, Any]
    answer: Mapping[str, Any] = MappingProxyType({})
    code: str | None = None
    words: str = "words"
    status: int = 400


@contextmanager
def answering(service: str, answers: Sequence[Answer]) -> Iterator[Any]:
    """A client that gives these answers in order, and fails the test if one was not asked for."""
    client = _session().client(service, region_name=REGION)
    with Stubber(client) as stub:
        for one in answers:
            if one.code is None:
                stub.add_response(one.method, dict(one.answer), one.asked)
            else:
                stub.add_client_error(
                    one.method,
                    service_error_code=one.code,
                    service_message=one.words,
                    http_status_code=one.status,
                    expected_params=one.asked,
                )
        yield client
        stub.assert_no_pending_responses()


@cache
def _session() -> Any:
    return boto3.Session(aws_access_key_id="AKIAEXAMPLE", aws_secret_access_key="example")
