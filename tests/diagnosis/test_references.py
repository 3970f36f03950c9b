"""References, files, images and registries that are not what the definition says."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from probe.diagnosis import diagnose
from probe.model import (
    Call,
    Confidence,
    Failure,
    Kind,
    Layer,
    Observation,
    Requirement,
    RequirementKind,
    Road,
    Status,
)
from tests.builders.cases import (
    IMAGE,
    SECRET,
    TARGETS,
    case,
    others,
    outcome,
    refused,
    spec,
    target,
    works,
)
from tests.builders.vpcs import ACCOUNT, REGION, SUBNETS, private_vpc
from tests.diagnosis.refused_calls import (
    DENIED,
    NEEDS,
    READ,
    fix_of,
)

PARTIAL = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:checkout"


@pytest.mark.parametrize(("kind", "said"), [(Kind.NOT_FOUND, {}), (DENIED, {"policy": "identity-based"})])
def test_a_partial_arn_is_no_matter_of_permissions(kind: Kind, said: dict[str, Any]) -> None:
    """Without its suffix an ARN cannot be resolved, whether AWS says absent or denied."""
    partial = target("secretsmanager", Call(operation=READ, reference=PARTIAL))
    failure = Failure(operation=READ, kind=kind, words="no", **said)
    told = Observation(
        target="secretsmanager",
        layer=Layer.CALL,
        operation=READ,
        status=Status.FAIL,
        reference=PARTIAL,
        failure=failure,
    )
    rest = works(*others("secretsmanager"), target("secretsmanager"))
    found = diagnose(
        case(
            private_vpc(),
            *(outcome(one, told, *rest) for one in SUBNETS),
            targets=(*others("secretsmanager"), partial),
        )
    )
    assert [("secret-partial-arn", PARTIAL)] == [(one.code, one.subject) for one in found]


MASTER = f"{PARTIAL}-master"
"""Ends like an ARN with its suffix."""


def _secrets(
    reference: str, kind: Kind = Kind.NOT_FOUND, words: str = "Secrets Manager can't find it.", **changes: Any
) -> list[tuple[str, str, bool]]:
    asked = target("secretsmanager", Call(operation=READ, reference=reference))
    failure = Failure(operation=READ, kind=kind, words=words)
    told = Observation(
        target="secretsmanager",
        layer=Layer.CALL,
        operation=READ,
        status=Status.FAIL,
        reference=reference,
        failure=failure,
    )
    rest = works(*others("secretsmanager"), target("secretsmanager"))
    outcomes = (outcome(one, told, *rest) for one in SUBNETS)
    found = diagnose(case(private_vpc(), *outcomes, targets=(*others("secretsmanager"), asked), **changes))
    return [(one.code, one.subject, "AbCdEf" in one.explanation) for one in found]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({}, "secret-not-found"),
        ({MASTER: f"{MASTER}-AbCdEf"}, "secret-partial-arn"),
        ({MASTER: f"{PARTIAL}-AbCdEf"}, "secret-not-found"),
    ],
    ids=["nowhere", "looks-whole", "made-again"],
)
def test_where_a_secret_was_found_tells_what_its_arn_is(found: dict[str, str], expected: str) -> None:
    """An ARN that only looks whole, or is of a deleted secret; the right one is given where there is one."""
    assert [(expected, MASTER, bool(found))] == _secrets(MASTER, elsewhere=found)


@pytest.mark.parametrize(
    ("kind", "words", "expected"),
    [
        (
            Kind.NOT_FOUND,
            "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
            ("secret-version-missing", SECRET),
        ),
        (
            Kind.INVALID_REFERENCE,
            "You provided a VersionStage that is not associated to the provided VersionId.",
            ("secret-version-missing", SECRET),
        ),
        (
            Kind.INVALID_REFERENCE,
            "You can't perform this operation on the secret because it was marked for deletion.",
            ("secret-marked-for-deletion", SECRET),
        ),
        (Kind.INVALID_REFERENCE, "Invalid name.", ("secret-reference-malformed", "checkout:7")),
    ],
    ids=["stage", "stage-of-another-version", "deleted", "malformed"],
)
def test_what_secrets_manager_says_is_what_is_wrong(
    kind: Kind, words: str, expected: tuple[str, str]
) -> None:
    """Its words tell what its codes do not."""
    assert [expected] == [row[:2] for row in _secrets(SECRET, kind, words)]


def test_an_exit_code_accuses_none_of_several() -> None:
    """It says that one reference of the group is wrong: the finding names all, and is an inference."""
    calls = tuple(Call(operation="ssm:GetParameters", reference=name) for name in ("/a", "/b"))
    asked = target("ssm", *calls)
    told = replace(
        refused("secretsmanager", Kind.NOT_FOUND, road=Road.EXIT_CODE)[-1],
        target="ssm",
        operation="call",
        reference=None,
    )
    layers = tuple(replace(one, road=Road.EXIT_CODE) for one in works(target("ssm")))
    outcomes = (outcome(one, *works(*TARGETS), *layers, told) for one in SUBNETS)
    (found,) = diagnose(case(private_vpc(), *outcomes, targets=(*TARGETS, asked)))
    assert ("parameter-not-found", Confidence.INFERRED, True) == (
        found.code,
        found.confidence,
        any("which of 2 references it is: /a, /b" in line for line in found.evidence),
    )


def _ssm(reference: str, kind: Kind = Kind.NOT_FOUND, **changes: Any) -> list[tuple[str, str]]:
    operation = "ssm:GetParameters"
    asked = target("ssm", Call(operation=operation, reference=reference))
    failure = Failure(operation=operation, kind=kind, words="InvalidParameters")
    told = Observation(
        target="ssm",
        layer=Layer.CALL,
        operation=operation,
        status=Status.FAIL,
        reference=reference,
        failure=failure,
    )
    outcomes = (outcome(one, *works(*TARGETS, target("ssm")), told) for one in SUBNETS)
    found = diagnose(case(private_vpc(), *outcomes, targets=(*TARGETS, asked), **changes))
    return [(one.code, one.subject) for one in found]


def test_parameters_are_absent_elsewhere_or_refer_to_secrets() -> None:
    """Each reason has its own name."""
    versioned = "/aws/reference/secretsmanager/checkout:3"
    assert [
        [("parameter-not-found", "/a")],
        [("parameter-wrong-region", "/a")],
        [("parameter-secret-versioned", versioned)],
        [("secret-reference-malformed", "checkout:7")],
    ] == [
        _ssm("/a"),
        _ssm("/a", elsewhere={"/a": "eu-west-1"}),
        _ssm(versioned),
        _ssm("bad::", Kind.INVALID_REFERENCE),
    ]


@pytest.mark.parametrize(
    ("kind", "code"), [(Kind.NOT_FOUND, "env-file-not-found"), (Kind.INVALID_REFERENCE, "env-file-malformed")]
)
def test_an_environment_file_is_absent_or_malformed(kind: Kind, code: str) -> None:
    """S3 answered; the object is not there, or not what the agent reads."""
    file = "arn:aws:s3:::bucket/app.env"
    asked = target("s3", Call(operation="s3:GetObject", reference=file))
    failure = Failure(operation="s3:GetObject", kind=kind, words="no")
    told = Observation(
        target="s3",
        layer=Layer.CALL,
        operation="s3:GetObject",
        status=Status.FAIL,
        reference=file,
        failure=failure,
    )
    outcomes = (outcome(one, *works(*TARGETS), told) for one in SUBNETS)
    found = diagnose(case(private_vpc(), *outcomes, targets=(*others("s3"), asked)))
    assert [(code, file)] == [(one.code, one.subject) for one in found]


def test_a_digest_that_ecs_pinned_is_gone_not_the_image() -> None:
    """The definition names a tag; the revision's digest was expired, and a new deployment pins another."""
    pinned = f"{IMAGE}@sha256:{'0' * 64}"
    asked = target("ecr.dkr", Call(operation="registry:Pull", reference=pinned))
    failure = Failure(operation="registry:Pull", kind=Kind.NOT_FOUND, words="manifest unknown")
    told = Observation(
        target="ecr.dkr",
        layer=Layer.CALL,
        operation="registry:Pull",
        status=Status.FAIL,
        reference=pinned,
        failure=failure,
    )
    outcomes = (outcome(one, *works(*others("ecr.dkr"), target("ecr.dkr")), told) for one in SUBNETS)
    found = diagnose(
        case(
            private_vpc(),
            *outcomes,
            targets=(*others("ecr.dkr"), asked),
            spec=spec(images={"web": pinned}),
            requirements=NEEDS,
        )
    )
    assert [("image-digest-gone", pinned, True)] == [
        (one.code, one.subject, "--force-new-deployment" in fix_of(found)) for one in found
    ]


def _registry(kind: Kind, *needs: Requirement) -> list[tuple[str, str]]:
    image = "registry.example.com/checkout:1"
    asked = replace(
        target("ecr.dkr", Call(operation="registry:Pull", reference=image)),
        name="registry.example.com:443",
        service="host",
        host="registry.example.com",
    )
    failure = Failure(operation="registry:Pull", kind=kind, words="401")
    told = Observation(
        target=asked.name,
        layer=Layer.CALL,
        operation="registry:Pull",
        status=Status.FAIL,
        reference=image,
        failure=failure,
    )
    outcomes = (outcome(one, *works(*TARGETS, replace(asked, calls=())), told) for one in SUBNETS)
    found = diagnose(case(private_vpc(), *outcomes, targets=(*TARGETS, asked), requirements=needs))
    return [(one.code, one.subject) for one in found]


def test_a_private_registry_rejects_credentials_or_limits() -> None:
    """The credentials are the secret's that repositoryCredentials names, where it names one."""
    need = Requirement(
        kind=RequirementKind.REGISTRY_CREDENTIALS, container="web", reference=SECRET, region=REGION
    )
    assert [
        [("registry-credentials-invalid", SECRET)],
        [("registry-credentials-invalid", "registry.example.com")],
        [("registry-rate-limited", "registry.example.com")],
    ] == [_registry(DENIED, need), _registry(DENIED), _registry(Kind.THROTTLED)]
