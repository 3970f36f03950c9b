"""Errors in AWS's own shapes: one per protocol, with the request id where each of them puts it."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from xml.sax.saxutils import escape

from probe.lab.wire import Answer

_QUERY = """<ErrorResponse xmlns="https://{api}.amazonaws.com/doc/">
  <Error>
    <Type>Sender</Type>
    <Code>{code}</Code>
    <Message>{message}</Message>
  </Error>
  <RequestId>{request_id}</RequestId>
</ErrorResponse>
"""
_EC2 = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
    "<RequestID>{request_id}</RequestID></Response>"
)
_S3 = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    "<Error><Code>{code}</Code><Message>{message}</Message>"
    "<RequestId>{request_id}</RequestId><HostId>{host_id}</HostId></Error>"
)
HOST_ID = "bGFiIGhvc3QgaWQsIG9mIG5vIG1lYW5pbmcgdG8gYW55b25lIGJ1dCBpdHMgc2hhcGU="


class ApiError(Exception):
    """What a handler raises to answer an error.

    ``code`` and ``message`` are the API's own; ``status`` is the HTTP status of a JSON service, from which
    the other protocols differ only for the codes in ``_FORBIDDEN``.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.status = code, message, status


# Code of JSON services -> code of the query protocol, EC2, S3.
_CODES: dict[str, tuple[str, str, str]] = {
    "AccessDeniedException": ("AccessDenied", "UnauthorizedOperation", "AccessDenied"),
    "UnrecognizedClientException": ("InvalidClientTokenId", "AuthFailure", "InvalidAccessKeyId"),
    "ExpiredTokenException": ("ExpiredToken", "RequestExpired", "ExpiredToken"),
    "InvalidSignatureException": ("SignatureDoesNotMatch", "AuthFailure", "SignatureDoesNotMatch"),
    "MissingAuthenticationTokenException": (
        "MissingAuthenticationToken",
        "MissingAuthenticationToken",
        "AccessDenied",
    ),
    "ThrottlingException": ("Throttling", "RequestLimitExceeded", "SlowDown"),
    "UnknownOperationException": ("InvalidAction", "InvalidAction", "MethodNotAllowed"),
}
_WORDS = {
    "AuthFailure": "AWS was not able to validate the provided access credentials",
    "InvalidAccessKeyId": "The AWS Access Key Id you provided does not exist in our records.",
    "RequestExpired": "Request has expired.",
}
"""Codes whose message is always the same."""

_FORBIDDEN = frozenset(
    {
        "AccessDenied",
        "UnauthorizedOperation",
        "InvalidClientTokenId",
        "InvalidAccessKeyId",
        "ExpiredToken",
        "SignatureDoesNotMatch",
        "MissingAuthenticationToken",
        "RequestTimeTooSkewed",
    }
)
_CLIENT_ERRORS = (400, 500)
_UNAVAILABLE = frozenset({"RequestLimitExceeded", "SlowDown"})


def answer(error: ApiError, *, api: str, protocol: str) -> Answer:
    """The error as a service of that protocol (botocore's word for it) writes it."""
    request_id = str(uuid.uuid4())
    column = 1 if protocol == "ec2" else 2 if api == "s3" else 0
    xml_code = _CODES.get(error.code, (error.code,) * 3)[column]
    match protocol:
        case "json" | "rest-json":
            return _json(error, protocol, request_id)
        case "ec2":
            shape = _EC2
        case "rest-xml" if api == "s3":
            shape = _S3
        case _:
            shape = _QUERY
    body = shape.format(
        api=api,
        code=xml_code,
        message=escape(_WORDS.get(xml_code, error.message)),
        request_id=request_id,
        host_id=HOST_ID,
    )
    headers = {
        "content-type": "application/xml" if api == "s3" else "text/xml",
        "x-amzn-requestid": request_id,
    }
    return Answer(_status(error, xml_code), headers, body.encode())


def plain(answer: Answer) -> Answer:
    """A JSON service's refusal with the status that all of theirs have, 400; moto invents finer ones."""
    return replace(answer, status=400) if _CLIENT_ERRORS[0] <= answer.status < _CLIENT_ERRORS[1] else answer


def _json(error: ApiError, protocol: str, request_id: str) -> Answer:
    kind = "application/x-amz-json-1.1" if protocol == "json" else "application/json"
    body = {"__type": error.code, "message": error.message}
    status = 403 if protocol == "rest-json" and error.code == "AccessDeniedException" else error.status
    headers = {"content-type": kind, "x-amzn-requestid": request_id, "x-amzn-errortype": error.code}
    return Answer(status, headers, json.dumps(body).encode())


def _status(error: ApiError, code: str) -> int:
    if code in _FORBIDDEN:
        return 403
    if code == "AuthFailure":
        return 401
    return 503 if code in _UNAVAILABLE else error.status
