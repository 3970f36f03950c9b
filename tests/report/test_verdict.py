"""From roads to an exit code and a word."""

from __future__ import annotations

import msgspec
import pytest

from probe.diagnosis.case import Case
from probe.exits import Exit
from probe.model import Finding, Kind, Layer, Observation, Outcome, Road, Severity, Status, Verdict
from probe.report.verdict import exit_code, of_several, verdict
from tests.report.cases import BLOCKED, ECR, FRAGILE, KMS, S3, case, healthy, outcome, seen, upto, works


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([0, 0], 0),
        ([0, 16, 12], 12),
        ([20, 17, 0], 17),
        ([20, 21], 21),
        ([0, 3], 3),
        ([3, 15], 15),
    ],
    ids=str,
)
def test_several_reports_have_one_code(codes: list[int], expected: int) -> None:
    """The lowest broken layer of any of them; what was not probed never reads as healthy."""
    assert expected == of_several([Exit(code) for code in codes])


GOOD = healthy("subnet-b")
SILENT = outcome("subnet-a", complete=False, ended="ECS stopped it before it ran")


def only(*observations: object, total: int | None = None, complete: bool = True) -> Case:
    """Subnet b works; subnet a is what the row says."""
    return case(outcome("subnet-a", *observations, total=total, complete=complete), GOOD)  # type: ignore[arg-type]


def died(code: int | None) -> Outcome:
    """A probe of which nothing came but the code of its last container."""
    return msgspec.structs.replace(SILENT, exit_codes={"probe": code, "verdict": code})


MUTE = msgspec.structs.replace(SILENT, exit_codes={"probe": 0, "verdict": 20})
RELATED = upto(KMS, Layer.TCP, Kind.TIMEOUT)
ROLE = msgspec.structs.replace(seen(S3, Layer.CALL, Kind.ACCESS_DENIED, Road.STOP_REASON), target="role")
UNREPORTED = Observation(
    target=ECR.name,
    layer=Layer.DNS,
    operation="resolve-system",
    status=Status.NO_REPORT,
    road=Road.EXIT_CODE,
    because="the reporter exited with 20",
)
LAYER = msgspec.structs.replace(
    seen(S3, Layer.CALL, Kind.ACCESS_DENIED, Road.STOP_REASON), operation="s3:GetObject", reference=None
)
STOPPED = seen(ECR, Layer.TCP, Kind.TIMEOUT, Road.STOP_REASON)


def by_function(*observations: Observation) -> tuple[Observation, ...]:
    """What a function saw; it makes no call."""
    return tuple(
        msgspec.structs.replace(one, road=Road.FUNCTION)
        for one in observations
        if one.layer is not Layer.CALL
    )


MALFORMED = msgspec.structs.replace(BLOCKED, code="secret-reference-malformed")
ROLELESS = msgspec.structs.replace(BLOCKED, code="execution-role-missing")

ROWS = {
    "every-step-passed": (case(healthy("subnet-a"), GOOD), Exit.HEALTHY),
    "a-layer-failed": (only(*upto(ECR, Layer.TCP, Kind.TIMEOUT), *works(S3)), Exit.TCP),
    "the-lowest-of-two": (
        only(*upto(ECR, Layer.CALL, Kind.ACCESS_DENIED), *upto(S3, Layer.TLS, Kind.RESET)),
        Exit.TLS,
    ),
    "not-needed": (only(*works(ECR), *works(S3), *RELATED), Exit.HEALTHY),
    "denied": (only(*upto(ECR, Layer.CALL, Kind.ACCESS_DENIED), *works(S3)), Exit.IDENTITY),
    "reporter-alone": (only(total=12, complete=False), Exit.TCP),
    "reporter-and-healthy-logs": (only(*works(ECR), *works(S3), total=14), Exit.HTTP),
    "reporter-covers-a-silent-target": (only(*works(ECR), total=0, complete=False), Exit.HEALTHY),
    "healthy-without-results": (case(MUTE, GOOD), Exit.NO_REPORT),
    "reporter-out-of-time": (only(*works(ECR), total=21, complete=False), Exit.OUT_OF_TIME),
    "stop-reason-names-a-layer": (
        only(seen(ECR, Layer.TCP, Kind.TIMEOUT, Road.STOP_REASON), complete=False),
        Exit.TCP,
    ),
    "stop-reason-of-what-is-not-needed": (
        only(seen(KMS, Layer.TCP, Kind.TIMEOUT, Road.STOP_REASON), complete=False),
        Exit.NO_REPORT,
    ),
    "function-healthy-beside-a-probe-that-could-not-start": (
        only(*by_function(*works(ECR), *works(S3)), complete=False),
        Exit.NO_REPORT,
    ),
    "function-names-a-layer": (
        only(*by_function(*upto(ECR, Layer.TLS, Kind.RESET), *works(S3)), complete=False),
        Exit.TLS,
    ),
    "function-healthy-where-ecs-was-not": (
        only(STOPPED, *by_function(*works(ECR), *works(S3)), complete=False),
        Exit.TCP,
    ),
    "function-lower-than-ecs": (
        only(STOPPED, *by_function(*upto(ECR, Layer.DNS, Kind.NO_DATA), *works(S3)), complete=False),
        Exit.DNS,
    ),
    "role-not-assumable": (only(ROLE, complete=False), Exit.IDENTITY),
    "a-layer-is-denied-to-ecs-itself": (only(*works(ECR), *works(S3), LAYER), Exit.IDENTITY),
    "one-subnet-silent": (case(SILENT, GOOD), Exit.NO_REPORT),
    "one-subnet-never-started": (case(GOOD), Exit.NO_REPORT),
    "complete-with-a-target-unanswered": (only(*works(ECR)), Exit.OUT_OF_TIME),
    "a-layer-beats-silence": (
        case(SILENT, outcome("subnet-b", *upto(ECR, Layer.DNS, Kind.TIMEOUT))),
        Exit.DNS,
    ),
    "killed": (case(died(137), GOOD), Exit.NO_REPORT),
    "no-exit-code": (case(died(None), GOOD), Exit.NO_REPORT),
    "reporter-found-nothing": (case(died(20), GOOD), Exit.NO_REPORT),
    "tool-broke-and-nothing-measured": (case(died(1)), Exit.TOOL_BROKE),
    "tool-broke-in-one-subnet": (case(died(1), GOOD), Exit.NO_REPORT),
    "bad-plan-and-dead-reporters": (
        case(msgspec.structs.replace(died(2), observations=(UNREPORTED,))),
        Exit.USAGE,
    ),
    "nothing-launched": (case(), Exit.NO_REPORT),
    "malformed-reference": (case(healthy("subnet-a"), GOOD, offline=(MALFORMED,)), Exit.REFERENCE),
    "no-execution-role": (case(offline=(ROLELESS,)), Exit.IDENTITY),
    "nothing-needed": (msgspec.structs.replace(case(GOOD), targets=(KMS,)), Exit.NOTHING_TO_PROBE),
}


@pytest.mark.parametrize(("given", "expected"), ROWS.values(), ids=ROWS.keys())
def test_the_lowest_layer_that_any_road_names_is_the_code(given: Case, expected: Exit) -> None:
    """Observations, reporters and stop reasons count alike; silence is 20 or 21 and never healthy."""
    assert exit_code(given) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [("route-blackholed", Exit.TCP), ("probe-image-not-pullable", Exit.NO_REPORT)],
    ids=["of-the-service", "of-the-probe"],
)
def test_a_dial_that_only_the_probe_needs_counts_where_the_service_shares_its_fault(
    code: str, expected: Exit
) -> None:
    """A service of Docker Hub's image behind a dead route: the probe's dial of ECR met the same silence."""
    met = only(seen(KMS, Layer.TCP, Kind.TIMEOUT, Road.STOP_REASON), complete=False)
    assert exit_code(met, (msgspec.structs.replace(BLOCKED, code=code),)) == expected


@pytest.mark.parametrize("code", ["unexpected-access", "unexpected-public-path"])
def test_an_assertion_that_does_not_hold_is_17_where_nothing_is_broken(code: str) -> None:
    """What was asked to be closed and is open decides only a run that is healthy otherwise."""
    broken = only(*upto(ECR, Layer.TCP, Kind.TIMEOUT), *works(S3))
    findings = (msgspec.structs.replace(BLOCKED, code=code),)
    codes = [exit_code(one, findings) for one in (case(healthy("subnet-a"), GOOD), broken)]
    assert codes == [Exit.ASSERTION, Exit.TCP]


def test_what_only_ecs_can_have_tried_decides_like_a_measurement() -> None:
    """A file system's refusal is about identity, and a layer that is broken here comes before it."""
    broken = only(*upto(ECR, Layer.TCP, Kind.TIMEOUT), *works(S3))
    findings = (msgspec.structs.replace(BLOCKED, code="efs-access-denied"),)
    codes = [exit_code(one, findings) for one in (case(healthy("subnet-a"), GOOD), broken)]
    assert codes == [Exit.IDENTITY, Exit.TCP]


@pytest.mark.parametrize(
    ("code", "findings", "expected"),
    [
        (Exit.HEALTHY, (), Verdict.PASS),
        (Exit.HEALTHY, (FRAGILE,), Verdict.WARN),
        (
            Exit.HEALTHY,
            (msgspec.structs.replace(FRAGILE, severity=Severity.INFORMATION),),
            Verdict.PASS,
        ),
        (Exit.TCP, (BLOCKED,), Verdict.FAIL),
        (Exit.ASSERTION, (), Verdict.FAIL),
        (Exit.NO_REPORT, (BLOCKED,), Verdict.NO_REPORT),
        (Exit.OUT_OF_TIME, (), Verdict.ERROR),
        (Exit.TOOL_BROKE, (), Verdict.ERROR),
    ],
    ids=["pass", "warning", "information", "layer", "assertion", "no-report", "out-of-time", "tool"],
)
def test_the_word_follows_the_code(code: Exit, findings: tuple[Finding, ...], expected: Verdict) -> None:
    """Only broken layers fail; what could not be seen is no-report or error, not fail."""
    assert verdict(code, findings) == expected


NEEDED = works(ECR) + works(S3)


@pytest.mark.parametrize("lost", range(len(NEEDED)), ids=[f"{one.target}-{one.layer}" for one in NEEDED])
def test_an_answer_that_is_missing_is_never_healthy(lost: int) -> None:
    """Take any one observation of a needed target away, and the run is out of time."""
    left = NEEDED[:lost] + NEEDED[lost + 1 :]
    assert exit_code(only(*left)) == Exit.OUT_OF_TIME
