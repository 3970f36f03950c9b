"""What an exception means: real ones, and the names by which strangers' are known."""

from __future__ import annotations

import errno
import socket
from importlib import import_module

import botocore.exceptions
import httpx
import pytest
from botocore.exceptions import ClientError

from probe import failures
from probe.failures import ANSWERS, CODES, TRANSPORT, UnusableAnswerError, classify, of_status
from probe.model import Kind

ROLE = "User: arn:aws:sts::123456789012:assumed-role/exec/r1"
SECRET = "arn:aws:secretsmanager:eu-north-1:123456789012:secret:db-AbCdEf"
GET = "secretsmanager:GetSecretValue"


def caused(outer: BaseException, inner: BaseException, *, stated: bool) -> BaseException:
    """``outer`` raised from ``inner``, or merely while it was handled."""
    if stated:
        outer.__cause__ = inner
    else:
        outer.__context__ = inner
    return outer


def refusal(code: str, words: str = "", status: int = 400) -> ClientError:
    """A signed call's refusal as botocore raises it."""
    return ClientError(
        {
            "Error": {"Code": code, "Message": words},
            "ResponseMetadata": {
                "RequestId": "r-1",
                "HTTPStatusCode": status,
                "HTTPHeaders": {},
                "RetryAttempts": 0,
                "HostId": "",
            },
        },
        "GetSecretValue",
    )


@pytest.mark.parametrize("name", [*ANSWERS, *TRANSPORT])
def test_every_name_is_a_class_that_exists(name: str) -> None:
    """A library that renames an exception fails here, not in somebody's VPC."""
    module, _, attribute = name.rpartition(".")
    found = getattr(import_module(module), attribute)
    assert (True, name) == (issubclass(found, BaseException), f"{found.__module__}.{found.__qualname__}")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), Kind.REFUSED),
        (ConnectionResetError(errno.ECONNRESET, "reset"), Kind.RESET),
        (BrokenPipeError(errno.EPIPE, "pipe"), Kind.CLOSED),
        (ConnectionAbortedError(errno.ECONNABORTED, "aborted"), Kind.CLOSED),
        (TimeoutError("timed out"), Kind.TIMEOUT),
        (OSError(errno.ENETUNREACH, "no network"), Kind.UNREACHABLE),
        (OSError(errno.EHOSTUNREACH, "no host"), Kind.UNREACHABLE),
        (PermissionError(errno.EPERM, "filtered"), Kind.UNREACHABLE),
        (OSError(errno.EMFILE, "too many files"), Kind.UNKNOWN),
        (socket.gaierror(-99, "odd"), Kind.SERVER_FAILURE),
        (ValueError("what is this"), Kind.UNKNOWN),
        (httpx.ReadTimeout("slow"), Kind.TIMEOUT),
        (httpx.RemoteProtocolError("disconnected"), Kind.CLOSED),
        (botocore.exceptions.ReadTimeoutError(endpoint_url="https://x.test/"), Kind.TIMEOUT),
        (botocore.exceptions.NoCredentialsError(), Kind.NO_CREDENTIALS),
        (botocore.exceptions.ParamValidationError(report="too short"), Kind.INVALID_REFERENCE),
    ],
    ids=lambda value: f"{type(value).__name__}-{value}" if isinstance(value, Exception) else None,
)
def test_an_exception_alone_has_its_kind(error: Exception, expected: Kind) -> None:
    """By errno, by number, by class, by an inherited class; what fits nowhere keeps its words."""
    found = classify("connect", error)
    assert (expected, str(error)) == (found.kind, found.words)


@pytest.mark.parametrize("stated", [True, False], ids=["cause", "context"])
@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        (httpx.ConnectError("all failed"), ConnectionRefusedError(), Kind.REFUSED),
        (
            httpx.ConnectError("all failed"),
            socket.gaierror(socket.EAI_NONAME, "unknown"),
            Kind.NAME_NOT_FOUND,
        ),
        (
            botocore.exceptions.EndpointConnectionError(endpoint_url="https://x.test/"),
            ConnectionRefusedError(),
            Kind.REFUSED,
        ),
        (
            botocore.exceptions.ReadTimeoutError(endpoint_url="https://x.test/"),
            KeyError("unrelated"),
            Kind.TIMEOUT,
        ),
        (
            botocore.exceptions.CredentialRetrievalError(provider="container-role", error_msg="none"),
            ConnectionRefusedError(),
            Kind.NO_CREDENTIALS,
        ),
        (refusal("AccessDenied"), TimeoutError(), Kind.ACCESS_DENIED),
    ],
    ids=["httpx-refused", "httpx-name", "botocore-refused", "unrelated-below", "credentials", "answer"],
)
def test_the_innermost_that_is_known_decides_unless_there_is_an_answer(
    outer: Exception, inner: Exception, expected: Kind, *, stated: bool
) -> None:
    """Cause and context are walked alike; an answer decides wherever it stands."""
    assert expected == classify("call", caused(outer, inner, stated=stated)).kind


def test_a_circle_of_causes_comes_to_an_end() -> None:
    """Two exceptions that name each other are walked once."""
    first, second = ValueError("first"), ConnectionResetError("second")
    first.__context__, second.__context__ = second, first
    assert Kind.RESET == classify("call", first).kind


def test_presigned_queries_are_cut() -> None:
    """A signature in a URL is a credential."""
    found = classify("fetch", ValueError("GET https://b.example.test/key?X-Amz-Signature=canary failed"))
    assert "GET https://b.example.test/key failed" == found.words


def test_an_exception_without_words_is_called_by_its_class() -> None:
    """A blank cell would say nothing."""
    assert "EOFError" == classify("resolve-tcp", EOFError()).words


def test_an_unusable_answer_states_its_kind() -> None:
    """What a check found in an answer is taken as it says."""
    error = UnusableAnswerError(Kind.PLATFORM_MISMATCH, "not for us", code="c", resource="r")
    found = classify("registry:Pull", error)
    assert (Kind.PLATFORM_MISMATCH, "not for us", "c", "r") == (
        found.kind,
        found.words,
        found.code,
        found.resource,
    )


@pytest.mark.parametrize(
    ("clause", "policy", "explicit"),
    [
        (f"because no identity-based policy allows the {GET} action", "identity-based", False),
        (f"because no resource-based policy allows the {GET} action", "resource-based", False),
        (f"because no VPC endpoint policy allows the {GET} action", "vpc endpoint", False),
        (f"because no session policy allows the {GET} action", "session", False),
        (f"because no service control policy allows the {GET} action", "service control", False),
        (f"because no resource control policy allows the {GET} action", "resource control", False),
        (f"because no permissions boundary allows the {GET} action", "permissions boundary", False),
        ("with an explicit deny in an identity-based policy", "identity-based", True),
        ("with an explicit deny in a resource-based policy", "resource-based", True),
        ("with an explicit deny in a VPC endpoint policy", "vpc endpoint", True),
        ("with an explicit deny in a service control policy", "service control", True),
        ("with an explicit deny in a permissions boundary", "permissions boundary", True),
        ("", None, False),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_denial_is_taken_apart(clause: str, policy: str | None, *, explicit: bool) -> None:
    """Action, resource, the kind of policy, whether it denies outright, and the request's id."""
    words = f"{ROLE} is not authorized to perform: {GET} on resource: {SECRET} {clause}"
    found = classify(GET, refusal("AccessDeniedException", words))
    assert (GET, SECRET, policy, explicit, "r-1") == (
        found.action,
        found.resource,
        found.policy,
        found.explicit,
        found.request_id,
    )


def test_s3_quotes_its_resource() -> None:
    """S3 writes the ARN in quotes, which are not part of it."""
    words = f'{ROLE} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k" because'
    assert "arn:aws:s3:::b/k" == classify("s3:GetObject", refusal("AccessDenied", words)).resource


@pytest.mark.parametrize(
    ("code", "words", "status", "kind", "action"),
    [
        ("AccessDeniedException", "Access to KMS is not allowed", 400, Kind.ACCESS_DENIED, "kms:Decrypt"),
        (
            "InvalidRequestException",
            "arn:aws:kms:eu-north-1:123456789012:key/k1 is disabled.",
            400,
            Kind.KEY_UNUSABLE,
            None,
        ),
        (
            "AccessDeniedException",
            "arn:aws:kms:eu-north-1:123456789012:key/k1 is pending deletion.",
            400,
            Kind.KEY_UNUSABLE,
            None,
        ),
        ("403", "Forbidden", 403, Kind.ACCESS_DENIED, None),
        ("404", "Not Found", 404, Kind.NOT_FOUND, None),
        ("NobodyKnows", "", 503, Kind.SERVICE_FAILED, None),
        ("NobodyKnows", "", 429, Kind.THROTTLED, None),
        ("NobodyKnows", "", 400, Kind.UNKNOWN, None),
        ("", "", 0, Kind.UNKNOWN, None),
    ],
    ids=[
        "kms",
        "disabled",
        "pending",
        "head-403",
        "head-404",
        "status-5xx",
        "status-429",
        "status-400",
        "nothing",
    ],
)
def test_a_code_or_else_a_status_decides(
    code: str, words: str, status: int, kind: Kind, action: str | None
) -> None:
    """A key's state is heard in the words, whichever service passes them on."""
    found = classify("call", refusal(code, words, status))
    assert (kind, action) == (found.kind, found.action)


def test_no_code_has_two_kinds() -> None:
    """The table is read in order; a code in two rows would hide the second."""
    codes = [code for row in CODES.values() for code in row]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, Kind.ACCESS_DENIED),
        (403, Kind.ACCESS_DENIED),
        (404, Kind.NOT_FOUND),
        (410, Kind.NOT_FOUND),
        (429, Kind.THROTTLED),
        (500, Kind.SERVICE_FAILED),
        (599, Kind.SERVICE_FAILED),
        (418, Kind.UNKNOWN),
    ],
)
def test_a_status_has_its_kind(status: int, kind: Kind) -> None:
    """HTTP's own meanings."""
    assert kind == of_status(status)


@pytest.mark.parametrize(
    ("rcode", "kind"),
    [
        ("NXDOMAIN", Kind.NAME_NOT_FOUND),
        ("REFUSED", Kind.QUERY_REFUSED),
        ("SERVFAIL", Kind.SERVER_FAILURE),
        ("FORMERR", Kind.SERVER_FAILURE),
    ],
)
def test_an_rcode_has_its_kind(rcode: str, kind: Kind) -> None:
    """Anything that is neither NXDOMAIN nor REFUSED is the server's failure."""
    assert kind == failures.of_rcode(rcode)
