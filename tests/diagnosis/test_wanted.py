"""What a service uses and a start goes without: it fails as a warning, and never decides the run."""

from __future__ import annotations

from msgspec.structs import replace

from probe.diagnosis import diagnose
from probe.exits import Exit
from probe.model import Kind, Layer, Severity
from probe.report.matrix import cells
from probe.report.verdict import exit_code
from tests.builders.cases import TARGETS, case, fails, outcome, target, works
from tests.builders.vpcs import PUBLIC, SUBNETS, private_vpc

SESSIONS = replace(target("ssmmessages", needed=False), wanted=True, because="ECS Exec")
SILENT = fails("ssmmessages", Layer.TCP, Kind.TIMEOUT, PUBLIC)


def test_what_is_wanted_and_fails_is_a_warning() -> None:
    """A VPC built on endpoints lacks Session Manager's: the tasks start, and nobody can look inside."""
    outcomes = (outcome(one, *works(*TARGETS), *SILENT) for one in SUBNETS)
    given = case(private_vpc(), *outcomes, targets=(*TARGETS, SESSIONS))
    found = diagnose(given)
    expected = ("vpc-endpoint-missing", "com.amazonaws.us-east-1.ssmmessages", Severity.WARNING)
    assert ([expected], Exit.HEALTHY, True) == (
        [(one.code, one.subject, one.severity) for one in found],
        exit_code(given, found),
        found[0].explanation.endswith("A start goes without it; it is missed by: ECS Exec."),
    )


def test_what_nothing_wants_raises_nothing() -> None:
    """The same silence where ECS Exec is off."""
    outcomes = (outcome(one, *works(*TARGETS), *SILENT) for one in SUBNETS)
    unwanted = replace(SESSIONS, wanted=False)
    assert () == diagnose(case(private_vpc(), *outcomes, targets=(*TARGETS, unwanted)))


def test_what_is_wanted_stands_among_what_counts() -> None:
    """A reader sees its cells with those of what is needed, and a JUnit file skips them with the reason."""
    outcomes = (outcome(one, *works(*TARGETS), *SILENT) for one in SUBNETS)
    given = case(private_vpc(), *outcomes, targets=(*TARGETS, SESSIONS))
    wanted = {(one.target, one.needed) for one in cells(given) if one.wanted}
    assert {("ssmmessages", False)} == wanted
