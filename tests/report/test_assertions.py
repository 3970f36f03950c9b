"""What must be blocked or private: a breach is 17, and what nobody could tell is never 0."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from probe.diagnosis import diagnose
from probe.evidence.snapshot import Denied, Snapshot
from probe.exits import Exit, judge
from probe.launch import exit_codes
from probe.model import Failure, Kind, Layer, Observation, Status
from probe.plan import blocked_target, host_target
from probe.report.verdict import exit_code
from tests.builders.cases import TARGETS, case, outcome, works
from tests.builders.vpcs import PUBLIC, SUBNETS, private_vpc

BLOCKED = blocked_target("db.internal:5432", "us-east-1")
HIDDEN = Denied(action="ec2:DescribeVpcEndpoints", resource="*", words="no")
OPERATIONS = {Layer.DNS: "resolve-system", Layer.TCP: "connect"}


def step(layer: Layer, kind: Kind | None = None) -> Observation:
    """A step towards the host, which failed in this way or passed."""
    operation = OPERATIONS[layer]
    return Observation(
        target=BLOCKED.name,
        layer=layer,
        operation=operation,
        status=Status.FAIL if kind else Status.PASS,
        failure=Failure(operation=operation, kind=kind, words="-") if kind else None,
    )


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ((step(Layer.DNS), step(Layer.TCP)), Exit.ASSERTION),
        ((step(Layer.DNS), step(Layer.TCP, Kind.TIMEOUT)), Exit.HEALTHY),
        ((step(Layer.DNS), step(Layer.TCP, Kind.TIMEOUT), step(Layer.TCP)), Exit.ASSERTION),
        ((step(Layer.DNS, Kind.NAME_NOT_FOUND),), Exit.HEALTHY),
        ((step(Layer.DNS),), Exit.OUT_OF_TIME),
        ((), Exit.OUT_OF_TIME),
    ],
    ids=["reached", "dropped", "one-address-reached", "no-such-name", "not-tried", "nobody-looked"],
)
def test_only_a_connection_breaks_a_block(seen: tuple[Observation, ...], expected: Exit) -> None:
    """And only a failure keeps it."""
    assert expected is judge(BLOCKED, seen)


@pytest.mark.parametrize("code", [Exit.HEALTHY, Exit.ASSERTION])
def test_a_block_comes_back_from_an_exit_code(code: Exit) -> None:
    """The container and the desk agree on it."""
    assert code is judge(BLOCKED, exit_codes.observations((BLOCKED,), code))


@pytest.mark.parametrize(
    ("code", "asked", "blocked"),
    [
        (Exit.HEALTHY, "pass", "fail"),
        (Exit.TCP, "fail", "no-report"),
        (Exit.ASSERTION, "no-report", "pass"),
    ],
)
def test_a_code_is_about_those_that_can_have_it(code: Exit, asked: str, blocked: str) -> None:
    """A host of the same reporter cannot end with 17, nor what must be blocked with 12."""
    host = host_target("cache.internal:6379", "us-east-1")
    told = exit_codes.observations((host, BLOCKED), code)
    found = {one.target: one.status.value for one in told if one.layer is Layer.TCP}
    assert {host.name: asked, BLOCKED.name: blocked} == found


@pytest.mark.parametrize(
    ("address", "snapshot", "expected"),
    [
        (None, private_vpc(), Exit.HEALTHY),
        (PUBLIC, private_vpc(), Exit.ASSERTION),
        (None, private_vpc(endpoints=HIDDEN), Exit.NO_REPORT),
    ],
    ids=["by-configuration", "by-its-address", "nobody-can-tell"],
)
def test_privacy_that_cannot_be_told_does_not_hold(
    address: str | None, snapshot: Snapshot, expected: Exit
) -> None:
    """Without addresses configuration tells; without both the run is no success."""
    told = tuple(
        replace(one, address=address) if (one.target, one.layer) == ("logs", Layer.TCP) else one
        for one in works(*TARGETS)
    )
    given = case(snapshot, *(outcome(one, *told) for one in SUBNETS), expect_private=True)
    assert expected is exit_code(given, diagnose(given))
