"""Exception to Failure: the only place that decides what kind of failure something is.

No third party is imported here: a class is matched by its qualified name along its MRO, and the
exceptions that led to it are walked along ``__cause__ or __context__``, because httpx and botocore fold
refused, timed out, not found and untrusted into one class each and keep the operating system's error
below.  What is asked first decides:

    what an API or a server said        UnusableAnswerError         its own kind
                                        botocore ClientError        by code, then by status
                                        botocore *Credentials*      no-credentials
                                        botocore ParamValidation    invalid-reference
    the innermost that is known         ssl.SSLCertVerificationError by verify code
                                        socket.gaierror             by EAI number
                                        OSError                     by errno
                                        a class of TRANSPORT        its kind
    else                                                            unknown, with its words
"""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import Any

from probe.model import Failure, Kind


class UnusableAnswerError(Exception):
    """An answer came, and it is not the one that was needed: its kind, words and code."""

    def __init__(self, kind: Kind, words: str, code: str | None = None, resource: str | None = None) -> None:
        super().__init__(words)
        self.kind, self.code, self.resource = kind, code, resource


ANSWERS: Mapping[str, Kind] = {
    "botocore.exceptions.NoCredentialsError": Kind.NO_CREDENTIALS,
    "botocore.exceptions.PartialCredentialsError": Kind.NO_CREDENTIALS,
    "botocore.exceptions.CredentialRetrievalError": Kind.NO_CREDENTIALS,
    "botocore.exceptions.ParamValidationError": Kind.INVALID_REFERENCE,
    "botocore.exceptions.NoRegionError": Kind.INVALID_REFERENCE,
    "botocore.exceptions.InvalidRegionError": Kind.INVALID_REFERENCE,
    "botocore.exceptions.EndpointProviderError": Kind.INVALID_REFERENCE,
    "botocore.parsers.ResponseParserError": Kind.NOT_THE_SERVICE,
    "probe.arns.MalformedReferenceError": Kind.INVALID_REFERENCE,
}
"""Classes that decide wherever they stand in the chain."""

TRANSPORT: Mapping[str, Kind] = {
    "ssl.SSLEOFError": Kind.CLOSED,
    "ssl.SSLZeroReturnError": Kind.CLOSED,
    "ssl.SSLError": Kind.TLS_REJECTED,
    "builtins.TimeoutError": Kind.TIMEOUT,
    "builtins.ConnectionRefusedError": Kind.REFUSED,
    "builtins.ConnectionResetError": Kind.RESET,
    "builtins.BrokenPipeError": Kind.CLOSED,
    "builtins.ConnectionAbortedError": Kind.CLOSED,
    "builtins.EOFError": Kind.CLOSED,
    "builtins.UnicodeError": Kind.INVALID_REFERENCE,
    "dns.exception.Timeout": Kind.TIMEOUT,
    "dns.exception.DNSException": Kind.SERVER_FAILURE,
    "h11._util.RemoteProtocolError": Kind.NOT_THE_SERVICE,
    "httpx.TimeoutException": Kind.TIMEOUT,
    "httpx.RemoteProtocolError": Kind.CLOSED,
    "httpx.DecodingError": Kind.NOT_THE_SERVICE,
    "botocore.exceptions.ConnectTimeoutError": Kind.TIMEOUT,
    "botocore.exceptions.ReadTimeoutError": Kind.TIMEOUT,
    "botocore.exceptions.ConnectionClosedError": Kind.CLOSED,
}
"""Classes that decide when nothing below them does."""

_RESOLVER = {
    socket.EAI_NONAME: Kind.NAME_NOT_FOUND,
    socket.EAI_NODATA: Kind.NO_DATA,
    socket.EAI_AGAIN: Kind.SERVER_FAILURE,
    socket.EAI_FAIL: Kind.SERVER_FAILURE,
}
_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EACCES, errno.EPERM}
_DATES = {9, 10}
_NAMES = {62, 63, 64}
"""OpenSSL's X509_V_ERR numbers: not yet valid and expired; host, e-mail and address mismatch."""

_RCODES = {"NXDOMAIN": Kind.NAME_NOT_FOUND, "REFUSED": Kind.QUERY_REFUSED}

CODES: Mapping[Kind, frozenset[str]] = {
    Kind.NO_CREDENTIALS: frozenset({
        "ExpiredToken", "ExpiredTokenException", "IncompleteSignature", "InvalidAccessKeyId",
        "InvalidClientTokenId", "InvalidSignatureException", "InvalidToken", "MissingAuthenticationToken",
        "SignatureDoesNotMatch", "UnrecognizedClientException",
    }),
    Kind.ACCESS_DENIED: frozenset({"AccessDenied", "AccessDeniedException", "Forbidden"}),
    Kind.NOT_FOUND: frozenset({
        "ImageNotFoundException", "NoSuchBucket", "NoSuchKey", "NotFoundException", "ParameterNotFound",
        "ParameterVersionNotFound", "RepositoryNotFoundException", "ResourceNotFoundException",
    }),
    Kind.INVALID_REFERENCE: frozenset({
        "IllegalLocationConstraintException", "InvalidArnException", "InvalidParameterException",
        "InvalidParameterValue", "InvalidRequestException", "PermanentRedirect", "ValidationException",
    }),
    Kind.KEY_UNUSABLE: frozenset({
        "DecryptionFailure", "DisabledException", "InvalidKeyId", "KMSInvalidStateException",
        "KeyUnavailableException",
    }),
    Kind.THROTTLED: frozenset({
        "LimitExceededException", "ProvisionedThroughputExceededException", "RequestLimitExceeded",
        "SlowDown", "Throttling", "ThrottlingException", "TooManyRequestsException",
    }),
    Kind.SERVICE_FAILED: frozenset({
        "InternalError", "InternalFailure", "InternalServerError", "InternalServiceError", "ServerException",
        "ServiceUnavailable", "ServiceUnavailableException",
    }),
}  # fmt: skip
"""AWS's error codes by what they say; a code that is not here is judged by its HTTP status."""

_KEY_STATE = re.compile(r":kms:\S+ is (?:disabled|pending (?:deletion|import))", re.IGNORECASE)
_KMS_DENIED = re.compile(r"Access to KMS is not allowed", re.IGNORECASE)
_ACTION = re.compile(r"perform:?\s+([\w-]+:\w+)|allows the ([\w-]+:\w+) action")
_RESOURCE = re.compile(r"on resource:\s*[\"']?([^\s\"',;]+)")
_POLICY = re.compile(
    r"(?:because no|explicit deny in an?) (?:(?P<kind>[\w -]+?) policy|(?P<boundary>permissions boundary))"
)
_QUERY = re.compile(r"(https?://[^\s?\"']+)\?[^\s\"']*")


def classify(operation: str, error: BaseException) -> Failure:
    """What an exception of a network operation means.  Presigned queries are cut from its words."""
    chain = tuple(_chain(error))
    for one in chain:
        said = _said(operation, one)
        if said is not None:
            return said
    kinds = (_transport(one) for one in reversed(chain))
    kind = next((found for found in kinds if found is not None), Kind.UNKNOWN)
    return Failure(operation=operation, kind=kind, words=_words(error), code=_resolver_code(chain))


def of_rcode(rcode: str) -> Kind:
    """The kind of a DNS answer's rcode other than NOERROR."""
    return _RCODES.get(rcode, Kind.SERVER_FAILURE)


def of_status(status: int) -> Kind:
    """The kind of an HTTP answer's status that is no success."""
    match status:
        case 401 | 403:
            return Kind.ACCESS_DENIED
        case 404 | 410:
            return Kind.NOT_FOUND
        case 429:
            return Kind.THROTTLED
        case _ if status >= 500:  # noqa: PLR2004  five hundreds are what HTTP calls a server's failure
            return Kind.SERVICE_FAILED
        case _:
            return Kind.UNKNOWN


def names(error: BaseException) -> tuple[str, ...]:
    """The qualified names of an exception's class and of what it inherits from, nearest first."""
    return tuple(f"{one.__module__}.{one.__qualname__}" for one in type(error).__mro__)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _said(operation: str, error: BaseException) -> Failure | None:
    """The failure that an answer states about itself; nothing where the error is no answer."""
    if isinstance(error, UnusableAnswerError):
        return _stated(operation, error.kind, str(error), error.code, error.resource)
    known = names(error)
    if "botocore.exceptions.ClientError" in known:
        return _client_error(operation, error.response)  # type: ignore[attr-defined]  # matched by its name
    kind = next((ANSWERS[name] for name in known if name in ANSWERS), None)
    return None if kind is None else Failure(operation=operation, kind=kind, words=_words(error))


def _client_error(operation: str, response: Mapping[str, Any]) -> Failure:
    """A signed call's refusal."""
    stated, metadata = response.get("Error", {}), response.get("ResponseMetadata", {})
    code, words = str(stated.get("Code", "")), str(stated.get("Message", ""))
    kind = _coded(code, words, int(metadata.get("HTTPStatusCode", 0)))
    return _stated(operation, kind, words or code, code or None, request_id=metadata.get("RequestId"))


def _stated(
    operation: str,
    kind: Kind,
    words: str,
    code: str | None,
    resource: str | None = None,
    request_id: str | None = None,
) -> Failure:
    """A refusal with its clause taken apart; what AWS's words name is more exact than what was asked for."""
    action, named, policy = _ACTION.search(words), _RESOURCE.search(words), _POLICY.search(words)
    return Failure(
        operation=operation,
        kind=kind,
        words=_QUERY.sub(r"\1", words),
        code=code,
        action="kms:Decrypt" if _KMS_DENIED.search(words) else action and (action[1] or action[2]),
        resource=named[1] if named else resource,
        policy=policy and (policy["kind"] or policy["boundary"]).lower(),
        explicit="explicit deny" in words,
        request_id=request_id,
    )


def _coded(code: str, words: str, status: int) -> Kind:
    if _KEY_STATE.search(words):
        return Kind.KEY_UNUSABLE
    kind = next((kind for kind, codes in CODES.items() if code in codes), None)
    return kind or of_status(int(code) if code.isdecimal() else status)


def _transport(error: BaseException) -> Kind | None:
    match error:
        case ssl.SSLCertVerificationError():
            return _certificate(error.verify_code)
        case socket.gaierror():
            return _RESOLVER.get(error.errno or 0, Kind.SERVER_FAILURE)
        case OSError() if error.errno in _UNREACHABLE and not isinstance(error, ssl.SSLError):
            return Kind.UNREACHABLE
        case _:
            return next((TRANSPORT[name] for name in names(error) if name in TRANSPORT), None)


def _certificate(code: int) -> Kind:
    if code in _DATES:
        return Kind.CERTIFICATE_EXPIRED
    return Kind.CERTIFICATE_WRONG_HOST if code in _NAMES else Kind.CERTIFICATE_UNTRUSTED


def _resolver_code(chain: tuple[BaseException, ...]) -> str | None:
    """``EAI_AGAIN`` covers both silence and SERVFAIL: the number's name is kept for whoever can tell."""
    numbers = [one.errno for one in chain if isinstance(one, socket.gaierror)]
    known = {getattr(socket, name): name for name in dir(socket) if name.startswith("EAI_")}
    return known.get(numbers[0]) if numbers else None


def _words(error: BaseException) -> str:
    return _QUERY.sub(r"\1", str(error)) or type(error).__name__
