"""Subjects that share a probe: who can, and that each is told what it would have been told alone."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from probe.diagnosis.case import Case
from probe.exits import Exit
from probe.launch.cohorts import Cohort, apart, are_alike, gathered
from probe.model import Call, Failure, Kind, Layer, Observation, Outcome, Road, Status, Target
from probe.report.verdict import exit_code
from tests.report import cases

OPERATION = "secretsmanager:GetSecretValue"
MINE, THEIRS = (Call(operation=OPERATION, reference=name) for name in ("mine", "theirs"))
SECRETS = Target(
    name="secretsmanager",
    service="secretsmanager",
    host="secretsmanager.us-east-1.amazonaws.com",
    region="us-east-1",
    needed=True,
    because="secret",
    group="secretsmanager",
    calls=(MINE,),
)


def like(name: str, *calls: Call, **parts: object) -> Case:
    """A service that needs one target with these calls; ``parts`` are its Spec's."""
    asked = {"service": name, "execution_role": "role", **parts}
    return Case(
        spec=replace(cases.SPEC, **asked),
        targets=(replace(SECRETS, calls=calls, needed=bool(calls)),),
        snapshot=cases.SNAPSHOT,
    )


CHECKOUT, BILLING = like("checkout", MINE), like("billing", THEIRS)


def anything(_: Cohort) -> bool:
    return True


@pytest.mark.parametrize(
    ("other", "together"),
    [
        pytest.param(BILLING, True, id="the-same"),
        pytest.param(like("billing", subnets=("subnet-b", "subnet-c")), True, id="other-subnets"),
        pytest.param(like("billing", task_role="another"), True, id="another-task-role"),
        pytest.param(like("billing", execution_role="another"), False, id="another-role"),
        pytest.param(like("billing", security_groups=("sg-other",)), False, id="other-groups"),
        pytest.param(like("billing", assign_public_ip=True), False, id="a-public-address"),
        pytest.param(like("billing", architecture="ARM64"), False, id="another-architecture"),
    ],
)
def test_a_probe_stands_in_for_whoever_has_its_network_and_role(other: Case, *, together: bool) -> None:
    """Distinct groups, public address, role and architecture: a probe each, in each subnet of any of them."""
    found = gathered([CHECKOUT, other], anything)
    subnets = [set(cohort.whole.spec.subnets) for cohort in found]
    joined = {*CHECKOUT.spec.subnets, *other.spec.subnets}
    expected = [joined] if together else [set(CHECKOUT.spec.subnets), set(other.spec.subnets)]
    assert expected == subnets


def test_what_does_not_fit_has_a_probe_of_its_own() -> None:
    """A third that fits neither the first two nor anything else, and a fourth that fits the first again."""
    third = like("third", execution_role="another")
    found = gathered([CHECKOUT, BILLING, third, CHECKOUT], lambda cohort: len(cohort.members) < 3)
    assert [(0, 1), (2,), (3,)] == [cohort.places for cohort in found]


def test_those_who_need_the_same_are_alike() -> None:
    """Then exit codes alone speak of each; with different calls only log lines tell them apart."""
    same, different = gathered([CHECKOUT, CHECKOUT], anything) + gathered([CHECKOUT, BILLING], anything)
    assert [True, False] == [are_alike(same), are_alike(different)]


def one(layer: Layer, operation: str, kind: Kind | None = None, reference: str | None = None) -> Observation:
    """A step towards Secrets Manager that passed, or failed in this way."""
    return Observation(
        target="secretsmanager",
        layer=layer,
        operation=operation,
        status=Status.FAIL if kind else Status.PASS,
        reference=reference,
        failure=Failure(operation=operation, kind=kind, words="-") if kind else None,
    )


WORKS = (
    one(Layer.DNS, "resolve-system"),
    one(Layer.TCP, "connect"),
    one(Layer.TLS, "handshake"),
    one(Layer.HTTP, "request"),
)
SAID = one(Layer.CALL, OPERATION, reference="mine"), one(Layer.CALL, OPERATION, Kind.NOT_FOUND, "theirs")
EITHER = replace(one(Layer.CALL, "call", Kind.NOT_FOUND), road=Road.EXIT_CODE)
SHUT = one(Layer.TCP, "connect", Kind.TIMEOUT)
ROLE = replace(one(Layer.CALL, "sts:AssumeRole", Kind.ACCESS_DENIED), target="role", road=Road.STOP_REASON)


@pytest.mark.parametrize(
    ("seen", "code", "mine", "theirs"),
    [
        pytest.param((*WORKS, *SAID), 16, Exit.HEALTHY, Exit.REFERENCE, id="told-by-lines"),
        pytest.param((*WORKS, EITHER), 16, Exit.NO_REPORT, Exit.NO_REPORT, id="a-code-of-either"),
        pytest.param((WORKS[0], SHUT), 12, Exit.TCP, Exit.TCP, id="a-step-that-both-take"),
        pytest.param((ROLE,), None, Exit.IDENTITY, Exit.IDENTITY, id="their-role"),
        pytest.param((), 137, Exit.NO_REPORT, Exit.NO_REPORT, id="died"),
    ],
)
def test_each_is_told_what_is_its_own(
    seen: tuple[Observation, ...], code: int | None, mine: Exit, theirs: Exit
) -> None:
    """Not what others asked for; and where a code may be about either, nobody claims to know."""
    (cohort,) = gathered([CHECKOUT, BILLING], anything)
    codes = {"probe": code, "secretsmanager": code, "verdict": code}
    ended = [
        Outcome(subnet=subnet, ended="the probe ran", exit_codes=codes, observations=seen)
        for subnet in cases.SUBNETS
    ]
    told = apart(cohort, replace(cohort.whole, outcomes=tuple(ended)))
    assert [mine, theirs] == [exit_code(member) for member in told]
    assert [["checkout", "billing"], [cases.SUBNETS] * 2] == [
        [member.spec.service for member in told],
        [tuple(one.subnet for one in member.outcomes) for member in told],
    ]


def test_a_service_without_the_call_is_not_concerned() -> None:
    """Secrets Manager is a grey cell for one that reads no secret, whatever somebody else's call met."""
    (cohort,) = gathered([like("static"), BILLING], anything)
    ended = Outcome(subnet="subnet-a", ended="the probe ran", observations=(*WORKS, SAID[1]))
    static, _ = apart(cohort, replace(cohort.whole, outcomes=(ended,)))
    assert [*WORKS] == list(static.outcomes[0].observations)
