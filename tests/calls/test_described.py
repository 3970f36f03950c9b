"""Where secrets are not to be read, what is asked instead proves little, and says how much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from probe import calls
from probe.exits import Exit, judge
from probe.model import Call, Observation, Status
from tests.clients import DENIED, Answer, answering
from tests.vantages import target, vantage

ARN = "arn:aws:secretsmanager:eu-north-1:123456789012:secret:db-AbCdEf"
FLAG = "not read (--no-get-secrets)"
STAGES = {"VersionIdsToStages": {"0" * 32: ["AWSCURRENT"]}}


def ask(service: str, asked: Call, answers: Sequence[Answer]) -> tuple[Observation, Exit]:
    """What a withheld call comes to, and the exit code of its target."""
    of = target(service=service, calls=(asked,), layers=())
    with answering(service, answers) as client:
        (told,) = calls.check(of, (), vantage(clients={service: client}))
    return told, judge(of, [told])


def secret(**arguments: str) -> Call:
    return Call(operation="secretsmanager:GetSecretValue", reference=ARN, arguments=arguments, withheld=FLAG)


def described(answer: Any = STAGES, **refusal: Any) -> list[Answer]:
    return [Answer("describe_secret", {"SecretId": ARN}, answer, **refusal)]


@pytest.mark.parametrize(
    ("asked", "answers", "status", "words", "code"),
    [
        (secret(), described(), "skip", "it is there", Exit.HEALTHY),
        (secret(stage="OLD"), described(), "fail", "no secret value for OLD", Exit.REFERENCE),
        (secret(version="1" * 32), described(), "fail", "no secret value for 1", Exit.REFERENCE),
        (secret(version="0" * 32), described(), "skip", "it is there", Exit.HEALTHY),
        (
            secret(),
            described({**STAGES, "DeletedDate": 0}),
            "fail",
            "marked for deletion",
            Exit.REFERENCE,
        ),
        (
            secret(),
            described(code="ResourceNotFoundException", words="Secrets Manager can't find it."),
            "fail",
            "can't find",
            Exit.REFERENCE,
        ),
        (
            secret(),
            described(
                code="AccessDeniedException",
                words=DENIED.format(action="secretsmanager:DescribeSecret", resource=ARN),
            ),
            "skip",
            "the role may not describe it",
            Exit.HEALTHY,
        ),
        (
            secret(),
            described(code="InternalServiceError", words="An error occurred on the server side."),
            "fail",
            "server side",
            Exit.HTTP,
        ),
    ],
    ids=["there", "stage", "version", "its-version", "deleted", "absent", "denied", "failing"],
)
def test_a_secret_is_described(
    asked: Call, answers: Sequence[Answer], status: str, words: str, code: Exit
) -> None:
    """That it is there proves nothing more; that it is not is a fault; that it may not be told is none."""
    told, judged = ask("secretsmanager", asked, answers)
    said = told.because or (told.failure.words if told.failure else "")
    assert (status, True, code) == (told.status.value, words in said, judged)


def test_a_parameter_is_asked_for_as_it_is_stored() -> None:
    """Without decryption it proves the way, the permission and the name, and never passes."""
    asked = Call(operation="ssm:GetParameters", reference="/a", withheld=FLAG)
    answer = Answer("get_parameters", {"Names": ["/a"], "WithDecryption": False}, {"Parameters": []})
    told, judged = ask("ssm", asked, [answer])
    assert (Status.SKIP, FLAG, Exit.HEALTHY) == (told.status, (told.because or "")[: len(FLAG)], judged)


def test_a_parameter_that_stands_for_a_secret_is_not_asked_for() -> None:
    """Parameter Store gives it with its value or not at all."""
    reference = "/aws/reference/secretsmanager/db"
    asked = Call(operation="ssm:GetParameters", reference=reference, withheld=FLAG)
    told, _ = ask("ssm", asked, [])
    assert Status.SKIP is told.status


def test_other_calls_are_not_made_at_all() -> None:
    """Nothing is written where nothing may be."""
    asked = Call(operation="logs:CreateLogStream", reference="/a", withheld="not written (--no-put-logs)")
    told, judged = ask("logs", asked, [])
    assert (Status.SKIP, "not written (--no-put-logs)", Exit.HEALTHY) == (told.status, told.because, judged)
