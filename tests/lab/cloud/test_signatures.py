"""Whose request it is: the signature is computed again with the caller's secret key, as each service does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from probe.lab.api.errors import ApiError
from probe.lab.cloud import Cloud
from probe.lab.cloud.inprocess import answered
from probe.lab.iam.signatures import signature, verify
from probe.lab.wire import Answer, Request
from tests.lab.cloud.callers import Caller, allow, role

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
UNSIGNED = boto3.session.Config(retries={"total_max_attempts": 1})


@pytest.fixture(scope="module")
def reader(cloud: Cloud) -> Caller:
    return role(cloud, "signer", allow("*"))


FORGED = {
    "json": ("secretsmanager", "list_secrets", "InvalidSignatureException"),
    "query": ("sts", "get_caller_identity", "SignatureDoesNotMatch"),
    "ec2": ("ec2", "describe_vpcs", "AuthFailure"),
    "s3": ("s3", "list_buckets", "SignatureDoesNotMatch"),
}


@pytest.mark.parametrize(("api", "operation", "code"), FORGED.values(), ids=FORGED)
def test_a_wrong_secret_key_is_refused(
    reader: Caller, refused: Any, api: str, operation: str, code: str
) -> None:
    """Under each protocol's own code."""
    forger = replace(reader, keys=replace(reader.keys, secret_key=SECRET))

    assert code == refused(getattr(forger.client(api), operation))[0]


def sent(api: str, operation: str, **arguments: Any) -> Request:
    """The request that boto3 signs with the secret key, and never sends."""
    seen: list[Request] = []
    session = boto3.Session("AKIAEXAMPLE", SECRET, region_name="us-east-1")

    def keep(request: Request) -> Answer:
        seen.append(request)
        return Answer(200, {}, b"<ListAllMyBucketsResult/>" if api == "s3" else b"{}")

    getattr(answered(session.client(api, config=UNSIGNED), keep), operation)(**arguments)
    return seen[0]


def code_at(request: Request, offset: timedelta) -> str:
    """What a service whose clock is off by that much answers to a request; nothing if it is satisfied."""
    signed = signature(request)
    assert signed is not None
    try:
        verify(request, signed, SECRET, datetime.now(UTC) + offset)
    except ApiError as error:
        return error.code
    return ""


JSON, S3 = ("secretsmanager", "list_secrets"), ("s3", "list_buckets")
MINUTE = timedelta(minutes=1)
CLOCKS = {
    "in-time": (JSON, 4 * MINUTE, ""),
    "late": (JSON, 6 * MINUTE, "InvalidSignatureException"),
    "early": (JSON, -6 * MINUTE, "InvalidSignatureException"),
    "s3-in-time": (S3, 14 * MINUTE, ""),
    "s3-late": (S3, 16 * MINUTE, "RequestTimeTooSkewed"),
}


@pytest.mark.parametrize(("call", "offset", "code"), CLOCKS.values(), ids=CLOCKS)
def test_a_clock_that_is_off_is_refused(call: tuple[str, str], offset: timedelta, code: str) -> None:
    """Five minutes are forgiven, by S3 fifteen."""
    assert code == code_at(sent(*call), offset)


ALTERED = {
    "body": {"body": b'{"MaxResults": 7}'},
    "path": {"target": "/elsewhere"},
    "query": {"target": "/?x=1"},
    "host": {"headers": {"host": "kms.us-east-1.amazonaws.com"}},
}


@pytest.mark.parametrize("change", ALTERED.values(), ids=ALTERED)
def test_whatever_was_signed_must_arrive_as_it_was(change: dict[str, Any]) -> None:
    """Body, path, query and the signed headers are all part of it."""
    request = sent(*JSON)
    headers = {**request.headers, **change.get("headers", {})}
    altered = replace(request, **{**change, "headers": headers})

    assert ("", "InvalidSignatureException") == (
        code_at(request, timedelta()),
        code_at(altered, timedelta()),
    )


PRESIGNED = {"fresh": (timedelta(), ""), "old": (timedelta(hours=2), "AccessDeniedException")}


@pytest.mark.parametrize(("offset", "code"), PRESIGNED.values(), ids=PRESIGNED)
def test_a_presigned_address_lasts_as_long_as_it_says(offset: timedelta, code: str) -> None:
    """An hour here."""
    client = boto3.Session("AKIAEXAMPLE", SECRET, region_name="us-east-1").client(
        "s3", config=boto3.session.Config(signature_version="s3v4")
    )
    url = client.generate_presigned_url("get_object", {"Bucket": "b", "Key": "a key"}, ExpiresIn=3600)
    host, _, target = url.removeprefix("https://").partition("/")

    assert code == code_at(Request("GET", host, f"/{target}", {"host": host}), offset)
