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
    Finding,
    Kind,
    Layer,
    Observation,
    Road,
    Status,
)
from tests.builders.cases import (
    SECRET,
    TARGETS,
    case,
    others,
    outcome,
    refused,
    target,
    works,
)
from tests.builders.vpcs import ACCOUNT, REGION, SUBNETS, private_vpc
from tests.diagnosis.refused_calls import (
    DENIED,
    READ,
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


def _of_several(elsewhere: dict[str, str]) -> tuple[Finding, ...]:
    """What an exit code says of two parameters, of which it names neither."""
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
    return diagnose(case(private_vpc(), *outcomes, targets=(*TARGETS, asked), elsewhere=elsewhere))


@pytest.mark.parametrize(
    ("elsewhere", "expected"),
    [
        ({"/a": REGION}, ("parameter-not-found", "/b")),
        ({"/a": REGION, "/b": "eu-west-1"}, ("parameter-wrong-region", "/b")),
    ],
    ids=["nowhere", "in-another-region"],
)
def test_an_exit_code_means_the_reference_that_the_operator_did_not_find(
    elsewhere: dict[str, str], expected: tuple[str, str]
) -> None:
    """The other one is where it should be, which leaves no doubt."""
    (found,) = _of_several(elsewhere)
    assert (*expected, Confidence.CORROBORATED) == (found.code, found.subject, found.confidence)


def test_an_exit_code_accuses_none_of_several() -> None:
    """It says that one reference of the group is wrong: the finding names all, and is an inference."""
    (found,) = _of_several({})
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
