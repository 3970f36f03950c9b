"""A secret is asked for as the agent asks, and its value goes nowhere."""

from __future__ import annotations

import msgspec
import pytest

from probe.calls import secretsmanager
from probe.model import Call, Observation
from tests.clients import DENIED, Answer, answering
from tests.vantages import target, vantage

ARN = "arn:aws:secretsmanager:eu-north-1:123456789012:secret:db-AbCdEf"
CANARY = "canary-3f9a"


def call(reference: str = ARN, **arguments: str) -> Call:
    """A GetSecretValue with the selectors that the plan took out of the reference."""
    return Call(operation="secretsmanager:GetSecretValue", reference=reference, arguments=arguments)


def get(asked: Call, answer: Answer) -> Observation:
    """What one call comes to."""
    with answering("secretsmanager", [answer]) as client:
        here = vantage(clients={"secretsmanager": client})
        (told,) = secretsmanager.run((asked,), target(), (), here)
    return told


def valued(text: str, **asked: str) -> Answer:
    """An answer with this value."""
    return Answer("get_secret_value", {"SecretId": ARN, **asked}, {"SecretString": text})


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (call(), valued(CANARY)),
        (call(f"{ARN}:password::", key="password"), valued(f'{{"password": "{CANARY}"}}')),
        (call(f"{ARN}::OLD:", stage="OLD"), valued(CANARY, VersionStage="OLD")),
        (call(f"{ARN}:::{'0' * 32}", version="0" * 32), valued(CANARY, VersionId="0" * 32)),
    ],
    ids=["whole", "key", "stage", "version"],
)
def test_a_reference_is_asked_for_as_written(asked: Call, answer: Answer) -> None:
    """The ARN goes without its selectors, which go where the API wants them; no value is told."""
    told = get(asked, answer)
    assert ("pass", asked.reference) == (told.status.value, told.reference)
    assert CANARY not in msgspec.json.encode(told).decode()


@pytest.mark.parametrize(
    ("asked", "answer", "kind", "code", "resource"),
    [
        (
            call(f"{ARN}:gone::", key="gone"),
            valued(f'{{"password": "{CANARY}"}}'),
            "not-found",
            "key-missing",
            f"{ARN}#gone",
        ),
        (
            call(f"{ARN}:x::", key="x"),
            valued(CANARY),
            "invalid-reference",
            "not-json",
            f"{ARN}#x",
        ),
        (
            call(f"{ARN}:x::", key="x"),
            valued(f'["{CANARY}"]'),
            "invalid-reference",
            "not-json",
            f"{ARN}#x",
        ),
        (
            call(),
            Answer("get_secret_value", {"SecretId": ARN}, {"SecretBinary": CANARY.encode()}),
            "invalid-reference",
            "binary",
            ARN,
        ),
        (
            call(use="registry-credentials"),
            valued('{"username": "u"}'),
            "not-found",
            "key-missing",
            f"{ARN}#password",
        ),
    ],
    ids=["key-missing", "not-json", "not-an-object", "binary", "registry-credentials"],
)
def test_a_value_that_cannot_be_injected_fails(
    asked: Call, answer: Answer, kind: str, code: str, resource: str
) -> None:
    """What the agent would refuse is refused, without a word of the value."""
    told = get(asked, answer)
    assert told.failure is not None
    assert (kind, code, resource) == (told.failure.kind.value, told.failure.code, told.failure.resource)
    assert CANARY not in msgspec.json.encode(told).decode()


@pytest.mark.parametrize(
    ("code", "words", "kind"),
    [
        ("ResourceNotFoundException", "Secrets Manager can't find the specified secret.", "not-found"),
        (
            "InvalidRequestException",
            "You can't perform this operation on the secret because it was marked for deletion.",
            "invalid-reference",
        ),
        ("DecryptionFailure", "Secrets Manager can't decrypt the protected secret text", "key-unusable"),
        ("AccessDeniedException", "Access to KMS is not allowed", "access-denied"),
        (
            "AccessDeniedException",
            DENIED.format(action="secretsmanager:GetSecretValue", resource=ARN),
            "access-denied",
        ),
        ("ThrottlingException", "Rate exceeded", "throttled"),
        ("InternalServiceError", "An error occurred on the server side.", "service-failed"),
    ],
    ids=["absent", "deleted", "undecryptable", "kms", "identity", "throttled", "failing"],
)
def test_a_refusal_keeps_its_code(code: str, words: str, kind: str) -> None:
    """AWS's own code is kept beside the kind."""
    told = get(call(), Answer("get_secret_value", {"SecretId": ARN}, code=code, words=words))
    assert told.failure is not None
    assert (kind, code) == (told.failure.kind.value, told.failure.code)


@pytest.mark.parametrize(
    ("value", "mangled"),
    [
        ('"text"', None),
        ("true", None),
        ("0", None),
        ("5432", None),
        ("999999", None),
        ("1000000", "number"),
        ("1754110382", "number"),
        ("-2500000.5", "number"),
        ("0.00001", "number"),
        ("{}", "object"),
        ("[1]", "object"),
        ("null", "null"),
    ],
)
def test_what_go_prints_differently_is_said(value: str, mangled: str | None) -> None:
    """The agent renders with %v: large and tiny numbers get an exponent, objects Go's syntax."""
    told = get(call(f"{ARN}:x::", key="x"), valued(f'{{"x": {value}}}'))
    assert ("pass", mangled) == (told.status.value, told.facts.get("mangled"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('{"Username": "u", "PASSWORD": "p"}', "pass"),
        ('{"username": "u", "password": ""}', "fail"),
        ('{"username": 1, "password": "p"}', "fail"),
    ],
    ids=["any-case", "empty", "no-text"],
)
def test_credentials_are_read_as_go_reads_them(value: str, expected: str) -> None:
    """The agent's structure takes any case, and neither an empty field nor a number."""
    assert expected == get(call(use="registry-credentials"), valued(value)).status.value


def test_credentials_may_be_a_bare_name() -> None:
    """Registry credentials by name are asked for by name."""
    asked = call("registry/login", use="registry-credentials")
    answer = Answer(
        "get_secret_value",
        {"SecretId": "registry/login"},
        {"SecretString": '{"username": "u", "password": "p"}'},
    )
    assert "pass" == get(asked, answer).status.value
