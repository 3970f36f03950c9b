"""Refused calls and what each is: one observation, one finding."""

from __future__ import annotations

from typing import Any

from probe.model import (
    Finding,
    Kind,
    Observation,
    Requirement,
    RequirementKind,
)
from tests.builders.cases import (
    GROUP,
    IMAGE,
    ROLE,
    SECRET,
    refused,
)
from tests.builders.vpcs import ACCOUNT, REGION

READ = "secretsmanager:GetSecretValue"
DENIED = Kind.ACCESS_DENIED
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234"
LAYERS = f"prod-{REGION}-starport-layer-bucket.s3.{REGION}.amazonaws.com"
NARROW = (
    '{"Statement": [{"Sid": "Narrow", "Effect": "Allow", "Principal": "*", '
    '"Action": "s3:*", "Resource": "arn:aws:s3:::other/*"}]}'
)
INLINE = '{"Statement": [{"Effect": "Deny", "Action": "secretsmanager:*", "Resource": "*"}]}'


def of_secret(kind: Kind, **said: Any) -> tuple[Observation, ...]:
    """The secret could not be read."""
    return refused("secretsmanager", kind, **said)


ANSWERS: dict[str, tuple[str, tuple[Observation, ...], str, str]] = {
    "no-credentials": ("ecr.api", refused("ecr.api", Kind.NO_CREDENTIALS), "role-credentials-missing", ROLE),
    "identity": (
        "secretsmanager",
        of_secret(DENIED, action=READ, resource=SECRET, policy="identity-based"),
        "identity-policy-denies",
        ROLE,
    ),
    "silent-denial": ("logs", refused("logs", DENIED), "identity-policy-denies", ROLE),
    "boundary": (
        "secretsmanager",
        of_secret(DENIED, action=READ, resource=SECRET, policy="permissions boundary"),
        "identity-policy-denies",
        ROLE,
    ),
    "explicit-identity": (
        "secretsmanager",
        of_secret(DENIED, action=READ, resource=SECRET, policy="identity-based", explicit=True),
        "explicit-deny",
        ROLE,
    ),
    "explicit-scp": (
        "secretsmanager",
        of_secret(DENIED, action=READ, resource=SECRET, policy="service control", explicit=True),
        "explicit-deny",
        "service control policy",
    ),
    "explicit-endpoint": (
        "secretsmanager",
        of_secret(DENIED, action=READ, resource=SECRET, policy="vpc endpoint", explicit=True),
        "explicit-deny",
        "vpce-secretsmanager",
    ),
    "explicit-resource": (
        "secretsmanager",
        of_secret(DENIED, action=READ, resource=SECRET, policy="resource-based", explicit=True),
        "explicit-deny",
        SECRET,
    ),
    "endpoint": (
        "secretsmanager",
        of_secret(DENIED, action=READ, resource=SECRET, policy="vpc endpoint"),
        "endpoint-policy-denies",
        "vpce-secretsmanager",
    ),
    "resource": (
        "secretsmanager",
        of_secret(DENIED, action=READ, resource=SECRET, policy="resource-based"),
        "resource-policy-denies",
        SECRET,
    ),
    "key-disabled": (
        "secretsmanager",
        of_secret(Kind.KEY_UNUSABLE, words=f"{KEY} is disabled."),
        "kms-key-unusable",
        KEY,
    ),
    "key-denied": (
        "secretsmanager",
        of_secret(DENIED, action="kms:Decrypt", words="Access to KMS is not allowed"),
        "kms-key-denies",
        SECRET,
    ),
    "absent": ("secretsmanager", of_secret(Kind.NOT_FOUND), "secret-not-found", SECRET),
    "deleted": (
        "secretsmanager",
        of_secret(Kind.INVALID_REFERENCE, words="it was marked for deletion"),
        "secret-marked-for-deletion",
        SECRET,
    ),
    "marked": (
        "secretsmanager",
        of_secret(Kind.INVALID_REFERENCE, words="the secret is currently marked deleted"),
        "secret-marked-for-deletion",
        SECRET,
    ),
    "no-version": (
        "secretsmanager",
        of_secret(
            Kind.NOT_FOUND, words="can't find the specified secret value for staging label: AWSCURRENT"
        ),
        "secret-version-missing",
        SECRET,
    ),
    "binary": ("secretsmanager", of_secret(Kind.INVALID_REFERENCE, code="binary"), "secret-binary", SECRET),
    "not-json": (
        "secretsmanager",
        of_secret(Kind.INVALID_REFERENCE, code="not-json", facts={"key": "user"}),
        "secret-not-json",
        f"{SECRET}#user",
    ),
    "no-key": (
        "secretsmanager",
        of_secret(Kind.NOT_FOUND, code="key-missing", facts={"key": "user"}),
        "secret-key-missing",
        f"{SECRET}#user",
    ),
    "malformed": (
        "secretsmanager",
        of_secret(Kind.INVALID_REFERENCE, code="ValidationException"),
        "secret-reference-malformed",
        "checkout:7/web/PASSWORD",
    ),
    "no-group": ("logs", refused("logs", Kind.NOT_FOUND), "log-group-missing", GROUP),
    "log-options": (
        "logs",
        refused("logs", Kind.INVALID_REFERENCE),
        "log-options-invalid",
        "checkout:7/web",
    ),
    "no-image": ("ecr.dkr", refused("ecr.dkr", Kind.NOT_FOUND), "image-not-found", IMAGE),
    "bad-image": ("ecr.dkr", refused("ecr.dkr", Kind.INVALID_REFERENCE), "image-not-found", IMAGE),
    "platform": (
        "ecr.dkr",
        refused("ecr.dkr", Kind.PLATFORM_MISMATCH, facts={"platforms": ("linux/arm64",)}),
        "image-platform-mismatch",
        IMAGE,
    ),
    "limited": (
        "ecr.dkr",
        refused("ecr.dkr", Kind.THROTTLED),
        "service-throttling",
        "ecr.dkr",
    ),
    "layers": (
        "ecr.dkr",
        refused("ecr.dkr", Kind.TIMEOUT, facts={"redirect": LAYERS}),
        "image-layers-unreachable",
        LAYERS,
    ),
    "pull-denied": (
        "ecr.dkr",
        refused("ecr.dkr", DENIED),
        "identity-policy-denies",
        ROLE,
    ),
    "throttled": ("secretsmanager", of_secret(Kind.THROTTLED), "service-throttling", "secretsmanager"),
    "failing": ("secretsmanager", of_secret(Kind.SERVICE_FAILED), "service-failing", "secretsmanager"),
    "stranger": (
        "secretsmanager",
        of_secret(Kind.NOT_THE_SERVICE),
        "answered-by-middlebox",
        f"secretsmanager.{REGION}.amazonaws.com:443",
    ),
}
NEEDS = (
    Requirement(
        kind=RequirementKind.SECRET, container="web", reference=SECRET, region=REGION, variable="PASSWORD"
    ),
    Requirement(kind=RequirementKind.LOG_STREAM, container="web", reference=GROUP, region=REGION),
    Requirement(kind=RequirementKind.IMAGE, container="web", reference=IMAGE, region=REGION),
)


def fix_of(found: tuple[Finding, ...]) -> str:
    """The commands of all findings."""
    return "\n".join(line for finding in found for line in finding.fix.cli)
