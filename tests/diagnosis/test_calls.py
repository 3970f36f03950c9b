"""Refused calls: one observation, one finding, and what a short road can borrow."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from probe.diagnosis import diagnose
from probe.model import (
    Confidence,
    Failure,
    Kind,
    Layer,
    Observation,
    Road,
    Severity,
    Status,
    Stop,
)
from tests.builders.cases import (
    BY_NAME,
    GROUP,
    ROLE,
    SECRET,
    TARGETS,
    case,
    everywhere,
    outcome,
    refused,
    spec,
    works,
)
from tests.builders.vpcs import ACCOUNT, REGION, SUBNETS, private_vpc
from tests.diagnosis.refused_calls import (
    ANSWERS,
    DENIED,
    KEY,
    LAYERS,
    NEEDS,
    READ,
    fix_of,
    of_secret,
)


@pytest.mark.parametrize(("name", "steps", "code", "subject"), ANSWERS.values(), ids=ANSWERS.keys())
def test_a_refused_call_is_one_finding(
    name: str, steps: tuple[Observation, ...], code: str, subject: str
) -> None:
    """What AWS answered says what to change, in every subnet alike."""
    found = diagnose(case(private_vpc(), *everywhere(*steps, besides=(name,)), requirements=NEEDS))
    assert [(code, subject, SUBNETS, (name,))] == [
        (one.code, one.subject, one.subnets, one.targets) for one in found
    ]


def test_the_grant_is_exactly_what_was_refused() -> None:
    """One inline policy for the role, with the action and the resource of the denial."""
    steps = of_secret(DENIED, action=READ, resource=SECRET, policy="identity-based")
    found = diagnose(case(private_vpc(), *everywhere(*steps, besides=("secretsmanager",))))
    statement = f'{{"Effect":"Allow","Action":["{READ}"],"Resource":"{SECRET}"}}'
    assert (True, True) == (
        fix_of(found).startswith("aws iam put-role-policy --role-name checkout-execution"),
        statement in fix_of(found),
    )


def test_a_code_that_names_no_call_grants_what_the_target_needs() -> None:
    """An exit code says that something was denied; every needed call of the target is admitted."""
    steps = tuple(
        replace(one, operation="call", reference=None) if one.layer is Layer.CALL else one
        for one in refused("logs", DENIED, road=Road.EXIT_CODE)
    )
    found = diagnose(case(private_vpc(), *everywhere(*steps, besides=("logs",))))
    resource = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{GROUP}:*"
    assert (("identity-policy-denies", Confidence.CORROBORATED), True) == (
        (found[0].code, found[0].confidence),
        f'["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"{resource}"' in fix_of(found),
    )


@pytest.mark.parametrize("stream", [":log-stream:app/web/0123", ":log-stream:", ":log-stream"])
def test_a_grant_names_no_stream(stream: str) -> None:
    """Each task makes a stream of its own: what is refused is one, what is admitted is the group's."""
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{GROUP}"
    steps = refused("logs", DENIED, action="logs:CreateLogGroup", resource=f"{group}{stream}")
    found = diagnose(case(private_vpc(), *everywhere(*steps, besides=("logs",))))
    assert f'["logs:CreateLogGroup"],"Resource":"{group}:*"' in fix_of(found)


DENIAL = (
    f"AccessDeniedException: User: x is not authorized to perform: {READ} on resource: {SECRET} "
    f"because no resource-based policy allows the {READ} action"
)
UNUSABLE = (
    f"DecryptionFailure: Secrets Manager can't decrypt the secret value: {KEY} is disabled. (Service: AWSKMS)"
)


@pytest.mark.parametrize(
    ("words", "expected"),
    [(DENIAL, ("resource-policy-denies", SECRET)), (UNUSABLE, ("kms-key-unusable", KEY))],
    ids=["denied", "key-disabled"],
)
def test_an_exit_code_borrows_the_words_of_a_stopped_task(words: str, expected: tuple[str, str]) -> None:
    """The service's own task was refused for a reason; the code, of both the same, says that it still is."""
    steps = refused("secretsmanager", DENIED, road=Road.EXIT_CODE)
    reason = (
        "ResourceInitializationError: unable to pull secrets or registry auth: "
        f"unable to retrieve secret from asm: {words}"
    )
    stops = (Stop(task="t", reason=reason),)
    found = diagnose(
        case(private_vpc(), *everywhere(*steps, besides=("secretsmanager",)), spec=spec(stops=stops))
    )
    assert [expected] == [(one.code, one.subject) for one in found]


def test_a_mangled_number_is_a_warning_that_guesses() -> None:
    """The call works; Fargate is taken to render values as the open agent does."""
    told = [
        replace(one, facts={"mangled": "number", "key": "port"}) if one.operation == READ else one
        for one in works(*TARGETS)
    ]
    found = diagnose(case(private_vpc(), *(outcome(one, *told) for one in SUBNETS)))
    assert [("secret-number-mangled", f"{SECRET}#port", Severity.WARNING, Confidence.INFERRED)] == [
        (one.code, one.subject, one.severity, one.confidence) for one in found
    ]


def test_events_that_are_refused_are_a_warning() -> None:
    """The stream gates the start; its events are only lost."""
    failure = Failure(operation="logs:PutLogEvents", kind=DENIED, words="denied", policy="identity-based")
    told = Observation(
        target="logs",
        layer=Layer.CALL,
        operation="logs:PutLogEvents",
        status=Status.FAIL,
        reference=GROUP,
        failure=failure,
    )
    found = diagnose(case(private_vpc(), *(outcome(one, *works(*TARGETS), told) for one in SUBNETS)))
    assert [("log-write-denied", ROLE, Severity.WARNING)] == [
        (one.code, one.subject, one.severity) for one in found
    ]


@pytest.mark.parametrize(
    ("state", "commands"),
    [
        ("is disabled", ["enable-key"]),
        ("is pending deletion", ["cancel-key-deletion", "enable-key"]),
        ("is pending import", []),
    ],
)
def test_a_key_is_made_usable_again(state: str, commands: list[str]) -> None:
    """Cancelling a deletion leaves it disabled; imported material only its owner has."""
    steps = of_secret(Kind.KEY_UNUSABLE, words=f"{KEY} {state}.")
    found = diagnose(case(private_vpc(), *everywhere(*steps, besides=("secretsmanager",))))
    assert commands == [line.split()[2] for line in found[0].fix.cli]


def test_a_layer_behind_a_broken_path_to_s3_is_no_finding_of_its_own() -> None:
    """The pull timed out where S3 did."""
    from tests.builders.cases import fails
    from tests.builders.vpcs import S3_ADDRESS

    steps = (
        *refused("ecr.dkr", Kind.TIMEOUT, facts={"redirect": LAYERS}),
        *fails("s3", Layer.TCP, Kind.TIMEOUT, S3_ADDRESS),
    )
    unassociated = private_vpc(
        route_tables=(replace(private_vpc().route_tables[0], id="rtb-9", routes=()),)  # type: ignore[index]
    )
    found = diagnose(case(unassociated, *everywhere(*steps, besides=("ecr.dkr", "s3"))))
    assert [("s3-gateway-not-associated", "vpce-s3/rtb-9")] == [(one.code, one.subject) for one in found]
    assert BY_NAME["s3"].needed
