"""The noun that a decoded stop reason is, and the words it is made of."""

from __future__ import annotations

from enum import StrEnum

from probe.model import Noun


class Stage(StrEnum):
    """The step of a task's start, or of its life, that the text speaks of."""

    ENI = "eni"
    ROLE_ASSUMPTION = "role-assumption"
    REGISTRY_AUTH = "registry-auth"
    SECRETS_ASM = "secrets-asm"
    SECRETS_SSM = "secrets-ssm"
    ENV_FILE = "env-file-s3"
    IMAGE_MANIFEST = "image-manifest"
    IMAGE_LAYER = "image-layer"
    LOG_DRIVER = "log-driver"
    VOLUME = "volume-efs"
    CONTAINER_CREATE = "container-create"
    CONTAINER_START = "container-start"
    RUNTIME = "runtime"
    SCHEDULER = "scheduler"
    UNKNOWN = "unknown"


class Cause(StrEnum):
    """What may have gone wrong; several mean that the text cannot tell."""

    DNS = "dns"
    TIMEOUT = "network-timeout"
    REFUSED = "network-refused"
    TLS = "tls"
    IAM = "iam-denied"
    NOT_FOUND = "not-found"
    REFERENCE = "bad-reference"
    KMS = "kms-denied"
    ENDPOINT_POLICY = "endpoint-policy"
    RATE_LIMIT = "rate-limit"
    AUTH = "auth"
    PLATFORM = "platform-mismatch"
    DISK = "disk-space"
    CONFIG = "config"
    QUOTA = "quota"
    SERVICE_SIDE = "service-side"
    USER_STOP = "user-stop"
    APP_EXIT = "app-exit"
    OOM = "oom"
    UNKNOWN = "unknown"


class AddressKind(StrEnum):
    """Whether the dialled address is inside: RFC 1918, 100.64.0.0/10 and ULA are private."""

    PRIVATE = "private"
    PUBLIC = "public"
    NONE = "none"


class StopReason(Noun, kw_only=True):
    """A stop reason, decoded.

    ``causes`` are at most three, the likeliest first.  ``service`` is an endpoint suffix (``ecr.api``) or
    ``efs``.  ``address`` is what was dialled, never a name server.  ``policy`` is the kind of policy that
    AWS names, ``explicit`` whether it denies outright.  ``cut`` is whether the text's end is missing.
    ``excluded`` are causes that the text rules out, ``passed`` the stages that must have worked before.
    ``errors`` counts the errors joined in the text.
    """

    stage: Stage
    causes: tuple[Cause, ...]
    service: str | None = None
    host: str | None = None
    address: str | None = None
    address_kind: AddressKind = AddressKind.NONE
    action: str | None = None
    resource: str | None = None
    policy: str | None = None
    explicit: bool = False
    cut: bool = False
    errors: int = 1
    excluded: tuple[Cause, ...] = ()
    passed: tuple[Stage, ...] = ()
    next: tuple[str, ...] = ()
    text: str
