"""The closed vocabularies: their values are the words that users see."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """What is known of one step.  "Could not look" (skip, error, no-report) is never "nothing wrong"."""

    PASS = "pass"
    FAIL = "fail"
    SKIP = "skip"
    ERROR = "error"
    NO_REPORT = "no-report"


class Layer(StrEnum):
    """The steps of one target, in the order in which they depend on one another."""

    DNS = "dns"
    TCP = "tcp"
    TLS = "tls"
    HTTP = "http"
    CALL = "call"


OPERATIONS = {
    Layer.DNS: "resolve-system",
    Layer.TCP: "connect",
    Layer.TLS: "handshake",
    Layer.HTTP: "request",
}
"""The step that decides each layer below the calls; of DNS the system resolver's, as the agent asks it."""


class Kind(StrEnum):
    """How an operation failed: a closed set.  What fits nowhere is ``unknown`` and keeps its words."""

    TIMEOUT = "timeout"
    REFUSED = "refused"
    RESET = "reset"
    UNREACHABLE = "unreachable"
    CLOSED = "closed"
    NAME_NOT_FOUND = "name-not-found"
    NO_DATA = "no-data"
    SERVER_FAILURE = "server-failure"
    QUERY_REFUSED = "query-refused"
    CERTIFICATE_UNTRUSTED = "certificate-untrusted"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_WRONG_HOST = "certificate-wrong-host"
    TLS_REJECTED = "tls-rejected"
    NOT_THE_SERVICE = "not-the-service"
    THROTTLED = "throttled"
    SERVICE_FAILED = "service-failed"
    NO_CREDENTIALS = "no-credentials"
    ACCESS_DENIED = "access-denied"
    NOT_FOUND = "not-found"
    INVALID_REFERENCE = "invalid-reference"
    KEY_UNUSABLE = "key-unusable"
    PLATFORM_MISMATCH = "platform-mismatch"
    UNKNOWN = "unknown"


class Road(StrEnum):
    """How an observation left the VPC.  It bounds how sure a finding can be."""

    LOG = "log"
    EXIT_CODE = "exit-code"
    STOP_REASON = "stop-reason"
    FUNCTION = "function"


class Severity(StrEnum):
    """Only an error fails the verdict."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


class Confidence(StrEnum):
    """What a finding rests on: packets, packets that configuration explains, or configuration alone."""

    MEASURED = "measured"
    CORROBORATED = "corroborated"
    INFERRED = "inferred"


class Verdict(StrEnum):
    """The whole run in one word."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    ERROR = "error"
    NO_REPORT = "no-report"


class RequirementKind(StrEnum):
    """What a task definition can require before its containers start."""

    IMAGE = "image"
    REGISTRY_CREDENTIALS = "registry-credentials"
    SECRET = "secret"
    PARAMETER = "parameter"
    ENV_FILE = "env-file"
    CREDENTIAL_SPEC = "credential-spec"
    LOG_STREAM = "log-stream"
    LOG_DESTINATION = "log-destination"
    FILE_SYSTEM = "file-system"
    HOST = "host"
