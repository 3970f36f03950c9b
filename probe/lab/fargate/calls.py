"""Signed calls of the agent, with the words AWS's SDK for Go (v2) puts around what went wrong.

The signature is botocore's; the packets are ``dial``'s; the errors are the agent's.  Retries are the
SDK's: silence, throttling and failures of the service three times, a definite answer once.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Protocol

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from probe.lab.fargate.dial import Line, Request, Response, TransportError, fetch

ATTEMPTS = 3
_BAD_REQUEST = 400
_SERVER_ERROR = 500
_THROTTLED = frozenset(
    {"ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded", "Throttling"}
)
_MODELLED = frozenset({"ResourceNotFoundException", "InvalidRequestException", "InvalidParameterException"})


class Keys(Protocol):
    """A role's session, as STS hands it out."""

    @property
    def access_key(self) -> str: ...

    @property
    def secret_key(self) -> str: ...

    @property
    def token(self) -> str: ...

    @property
    def expiration(self) -> datetime: ...


@dataclass(frozen=True)
class Service:
    """How one AWS API is spoken: JSON over POST, told apart by a header.  ``name`` is its endpoint prefix."""

    name: str
    title: str
    target: str
    signing: str


ECR = Service("api.ecr", "ECR", "AmazonEC2ContainerRegistry_V20150921", "ecr")
SECRETS = Service("secretsmanager", "Secrets Manager", "secretsmanager", "secretsmanager")
SSM = Service("ssm", "SSM", "AmazonSSM", "ssm")
LOGS = Service("logs", "CloudWatch Logs", "Logs_20140328", "logs")


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who calls, over which line.  ``keys`` is ``None`` for a task without an execution role."""

    line: Line
    keys: Keys | None = field(repr=False)


class CallError(Exception):
    """A call failed.

    ``words`` are the SDK's (``operation error ECR: …``); ``code`` is AWS's, or "" when nobody answered;
    ``unanswered`` tells the network from a refusal.
    """

    def __init__(self, words: str, *, code: str = "", message: str = "", timed_out: bool = False) -> None:
        super().__init__(words)
        self.words = words
        self.code = code
        self.message = message
        self.timed_out = timed_out

    @property
    def unanswered(self) -> bool:
        """Whether no answer ever came."""
        return not self.code


@cache
def endpoint(service: str, region: str) -> str:
    """The host name of a service in a region, as botocore's own data has it (China included).

    Of a region that is none the SDK makes a name all the same, which nobody has.
    """
    resolver = botocore.session.get_session().get_component("endpoint_resolver")
    known = resolver.construct_endpoint(service, region) or {"hostname": f"{service}.{region}.amazonaws.com"}
    return str(known["hostname"])


def call(caller: Caller, service: Service, region: str, operation: str, params: Mapping[str, Any]) -> Any:
    """Make one call and return its parsed answer.  Raises CallError."""
    if caller.keys is None:
        words = f"operation error {service.title}: {operation}, get identity: get credentials: no role"
        raise CallError(words, code="NoCredentials")
    request = _signed(caller.keys, service, region, operation, params)
    outcome: TransportError | Response | None = None
    for _ in range(ATTEMPTS):
        outcome = _try(caller.line, request)
        if isinstance(outcome, Response) and not _worth_repeating(outcome):
            break
    if not isinstance(outcome, Response):
        raise _unanswered(service, operation, request.url, outcome)
    if outcome.status < _BAD_REQUEST:
        with contextlib.suppress(ValueError):
            return json.loads(outcome.body or b"{}")
    raise _refused(service, operation, outcome)


def _try(line: Line, request: Request) -> TransportError | Response:
    try:
        return fetch(line, request)
    except TransportError as error:
        return error


def _signed(keys: Keys, service: Service, region: str, operation: str, params: Mapping[str, Any]) -> Request:
    url = f"https://{endpoint(service.name, region)}/"
    body = json.dumps(params).encode()
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"{service.target}.{operation}"}
    unsigned = AWSRequest(method="POST", url=url, data=body, headers=headers)
    credentials = Credentials(keys.access_key, keys.secret_key, keys.token)
    SigV4Auth(credentials, service.signing, region).add_auth(unsigned)
    return Request(method="POST", url=url, headers=dict(unsigned.headers.items()), body=body)


def _error_of(response: Response) -> tuple[str, str]:
    """Code and message of a refusal; what does not speak JSON has the HTTP status as its code."""
    try:
        parsed = json.loads(response.body)
    except ValueError:
        return "", ""
    if not isinstance(parsed, dict):
        return "", ""
    code = str(parsed.get("__type") or parsed.get("code") or "").rsplit("#", 1)[-1]
    return code, str(parsed.get("message") or parsed.get("Message") or "")


def _worth_repeating(response: Response) -> bool:
    return response.status >= _SERVER_ERROR or _error_of(response)[0] in _THROTTLED


def _refused(service: Service, operation: str, response: Response) -> CallError:
    code, message = _error_of(response)
    request_id = response.headers.get("x-amzn-requestid", "")
    tries = f"exceeded maximum number of attempts, {ATTEMPTS}, " if _worth_repeating(response) else ""
    if code in _MODELLED:
        said = f"{code}: {message}"
    elif code:
        said = f"api error {code}: {message}"
    else:
        said = (
            "deserialization failed, failed to decode response body, invalid character '<' looking for "
            "beginning of value"
        )
    words = (
        f"operation error {service.title}: {operation}, {tries}https response error "
        f"StatusCode: {response.status}, RequestID: {request_id}, {said}"
    )
    return CallError(words, code=code or "Undecodable", message=message)


def _unanswered(service: Service, operation: str, url: str, error: TransportError | None) -> CallError:
    words = (
        f"operation error {service.title}: {operation}, exceeded maximum number of attempts, {ATTEMPTS}, "
        f'https response error StatusCode: 0, RequestID: , request send failed, Post "{url}": {error}'
    )
    return CallError(words, timed_out=error.timed_out if error else False)


def cancelled(service: Service, operation: str) -> str:
    """The words of a call that ran into the agent's own deadline."""
    return (
        f"operation error {service.title}: {operation}, https response error StatusCode: 0, RequestID: , "
        "canceled, context deadline exceeded"
    )
