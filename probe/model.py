"""The nouns of the program: frozen values that travel between its rooms and into the report.

One definition gives the type, the JSON, the validation and the JSON Schema.  Nothing here does
anything, and nothing here imports anything of ours.  Times are seconds; ``started`` counts from the
start of the run that made the value.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, dataclass_transform

import msgspec


@dataclass_transform(frozen_default=True, field_specifiers=(msgspec.field,))
class Noun(msgspec.Struct, frozen=True):
    """What every value of the program is: immutable, compared by content, written as JSON."""


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


# -- What the service is -----------------------------------------------------------------------------


class Stop(Noun, kw_only=True):
    """One stopped task of the failing service, as ``DescribeTasks`` tells it."""

    task: str
    reason: str
    code: str | None = None
    stopped_at: str | None = None
    container_reasons: tuple[str, ...] = ()


class Spec(Noun, kw_only=True):
    """All that decides reachability of a service, as its failing revision has it.

    ``service`` and ``task_definition`` are ``None`` where a VPC is probed that has no service yet.
    ``images`` maps a container to the image that its revision pinned, with digest where there is one.
    """

    region: str
    account: str
    partition: str = "aws"
    cluster: str
    service: str | None = None
    task_definition: str | None = None
    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]
    assign_public_ip: bool = False
    launch_type: str | None = None
    capacity_providers: tuple[str, ...] = ()
    platform_version: str | None = None
    architecture: str = "X86_64"
    operating_system: str = "LINUX"
    execution_role: str | None = None
    task_role: str | None = None
    images: dict[str, str] = {}
    stops: tuple[Stop, ...] = ()


class Requirement(Noun, kw_only=True):
    """One thing that must work for the task to start.

    ``reference`` is what the definition wrote; ``variable`` is the environment variable or option it
    fills; ``hosts`` are the bare names that must be reachable through the task's interface.
    ``details`` holds what the kind needs besides (``key``, ``stage``, ``version``; ``group``,
    ``prefix``, ``create_group``), never a value.
    """

    kind: RequirementKind
    container: str
    reference: str
    region: str
    hosts: tuple[str, ...] = ()
    variable: str | None = None
    details: dict[str, str] = {}


# -- What is to be measured --------------------------------------------------------------------------


class Call(Noun, kw_only=True):
    """One signed call as the ECS agent makes it.

    ``operation`` is IAM's name of the action (``secretsmanager:GetSecretValue``), or ``registry:Pull``
    for the manifest, its platform, the config blob and one byte of the smallest layer.
    ``reference`` is the ARN, name or image it is about; ``arguments`` what it takes besides.
    """

    operation: str
    reference: str = ""
    arguments: dict[str, str] = {}
    needed: bool = True


class Target(Noun, kw_only=True):
    """One host and port, its layers, and the calls that go there.

    ``name`` is unique in a plan: the endpoint's suffix (``ecr.api``), with ``@REGION`` for another
    region, or ``HOST:PORT``.  ``service`` is the suffix alone, ``host`` for what is not AWS.
    ``group`` is the reporter whose exit code carries it.  ``because`` says what needs it, for people.
    """

    name: str
    service: str
    host: str
    port: int = 443
    region: str
    needed: bool
    because: str
    group: str
    layers: tuple[Layer, ...] = (Layer.DNS, Layer.TCP, Layer.TLS, Layer.HTTP)
    calls: tuple[Call, ...] = ()


class LogSink(Noun, kw_only=True):
    """Where the container writes its own lines: a group and a stream in the service's own namespace."""

    group: str
    stream: str
    region: str


class Work(Noun, kw_only=True):
    """What one probe container does; travels as JSON in ``PROBE_PLAN``.

    ``connect_timeout`` bounds one step; ``deadline`` the whole run, delivery included.
    ``platform`` is ``os/architecture`` in an image index's words (``linux/amd64``).
    """

    run: str
    subnet: str
    region: str
    targets: tuple[Target, ...]
    platform: str = "linux/amd64"
    connect_timeout: float = 8.0
    deadline: float = 60.0
    logs: LogSink | None = None


class Run(Noun, kw_only=True):
    """One probe task in one subnet: its work and the exact ``RunTask`` request."""

    subnet: str
    work: Work
    request: dict[str, Any]


class Plan(Noun, kw_only=True):
    """Everything that will be asked of AWS, printable before anything starts.

    ``definition`` is the exact ``RegisterTaskDefinition`` request.
    """

    run: str
    definition: dict[str, Any]
    runs: tuple[Run, ...]


# -- What was measured -------------------------------------------------------------------------------


class Failure(Noun, kw_only=True):
    """Operation, kind and raw words; and of an API's answer, what it said about itself.

    ``policy`` is the kind of policy that refused, in AWS's words and lower case (``identity-based``,
    ``vpc endpoint``, ``permissions boundary``); ``explicit`` whether it denies outright.
    """

    operation: str
    kind: Kind
    words: str
    code: str | None = None
    action: str | None = None
    resource: str | None = None
    policy: str | None = None
    explicit: bool = False
    request_id: str | None = None


class Observation(Noun, kw_only=True):
    """One step of one target.

    ``operation`` is ``resolve-udp``, ``resolve-tcp``, ``resolve-system``, ``connect``, ``handshake``,
    ``request`` or the call's.  ``address`` is the address it went to (a name server's for DNS).
    A skip or an error says ``because``; a fail has a ``failure``; ``facts`` are what was seen besides
    (``answers``, ``issuer``, ``status``, ``local_ports``), never a secret.
    """

    target: str
    layer: Layer
    operation: str
    status: Status
    road: Road = Road.LOG
    started: float = 0.0
    took: float = 0.0
    address: str | None = None
    reference: str | None = None
    failure: Failure | None = None
    because: str | None = None
    facts: dict[str, str | int | float | tuple[str, ...]] = {}


class Outcome(Noun, kw_only=True):
    """How one Run ended.  ``ended`` says it for people; ``exit_codes`` is by container.

    ``observations`` are of every road.  ``complete`` is whether the container's whole report came.
    An exit code of ``None`` is a container that never ran or died without one.
    """

    subnet: str
    az: str | None = None
    task: str | None = None
    ended: str
    complete: bool = False
    stop_code: str | None = None
    stop_reason: str | None = None
    exit_codes: dict[str, int | None] = {}
    observations: tuple[Observation, ...] = ()


# -- What it means -----------------------------------------------------------------------------------


class Fix(Noun, kw_only=True):
    """What to change: AWS CLI commands, executable as they stand, in order; and a Terraform sketch."""

    cli: tuple[str, ...] = ()
    terraform: str | None = None


class Finding(Noun, kw_only=True):
    """One cause.  Identity is (``code``, ``subject``); ``explains`` are the symptoms folded under it."""

    code: str
    subject: str
    severity: Severity = Severity.ERROR
    confidence: Confidence
    title: str
    explanation: str
    evidence: tuple[str, ...] = ()
    fix: Fix = Fix()
    docs: str
    subnets: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    explains: tuple[str, ...] = ()
