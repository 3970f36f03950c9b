"""A run against an earlier one: what broke, healed or moved, and nothing that only has other addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from probe.diagnosis import diagnose
from probe.diagnosis.case import Case
from probe.evidence.snapshot import Snapshot
from probe.model import Kind, Layer, Observation, Outcome
from probe.report import replay
from probe.report.baseline import compare, counterpart, objection
from probe.report.document import Report, build
from tests.builders.cases import TARGETS, case, fails, others, outcome, spec, works
from tests.builders.vpcs import PUBLIC, SUBNETS, address, private_vpc

Shift = Callable[[Observation], Observation]


def as_it_is(one: Observation) -> Observation:
    return one


def run(*outcomes: Outcome, snapshot: Snapshot | None = None) -> Report:
    """A report of these outcomes."""
    given: Case = case(snapshot or private_vpc(), *outcomes)
    return build(given, diagnose(given), tool_version="1", started="2026-11-02T10:00:00+00:00", took=1.0)


def whole(shift: Shift = as_it_is) -> Report:
    """Everything works everywhere, every step shifted in some way."""
    steps = tuple(shift(one) for one in works(*TARGETS))
    return run(*(outcome(subnet, *steps) for subnet in SUBNETS))


def broken(name: str, layer: Layer, *places: str) -> Report:
    """One target times out in some subnets."""
    failed = (*fails(name, layer, Kind.TIMEOUT), *works(*others(name)))
    return run(*(outcome(one, *(failed if one in places else works(*TARGETS))) for one in SUBNETS))


def rows(before: Report, now: Report) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """The changes without their words."""
    found = compare(before.started, replay.seen(before), replay.seen(now)).changes
    return [(str(one.direction), one.target, one.what, one.subnets) for one in found]


def at(name: str, place: str) -> Shift:
    """One target's connections go to an address."""
    return lambda one: replace(one, address=place) if (one.target, one.layer) == (name, Layer.TCP) else one


def of(service: str | None, role: str = "tasks") -> Report:
    """A report of a service, or of tasks to come with a role."""
    report = whole()
    return replace(report, spec=replace(report.spec, service=service, execution_role=role))


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param([of("a"), of("b")], of("b"), 1, id="the-same-service"),
        pytest.param([of("a"), of("b")], of("b", "another"), 1, id="a-service-with-another-role"),
        pytest.param([of(None), of(None, "b")], of(None, "b"), 1, id="the-same-role"),
        pytest.param([of(None)], of(None, "b"), 0, id="the-only-one"),
    ],
)
def test_a_subject_is_compared_with_itself(before: list[Report], now: Report, expected: int) -> None:
    """A service is its name, and tasks of a VPC without one are their role."""
    assert before[expected] is counterpart(before, now.spec)


def test_a_baseline_without_the_subject_is_refused() -> None:
    """It says who is in it."""
    with pytest.raises(ValueError, match="it is about a, b, and this run about c"):
        counterpart([of("a"), of("b")], of("c").spec)


def with_(operation: str, **changes: Any) -> Shift:
    """One target's step has other properties."""
    return lambda one: replace(one, **changes) if (one.target, one.operation) == ("logs", operation) else one


FIRST, SECOND = SUBNETS[:2]
CHANGES = {
    "nothing": (whole(), whole(), []),
    "one-subnet-breaks": (whole(), broken("s3", Layer.TCP, SECOND), [("broke", "s3", "tcp", (SECOND,))]),
    "all-subnets-break": (whole(), broken("logs", Layer.DNS, *SUBNETS), [("broke", "logs", "dns", SUBNETS)]),
    "it-heals": (broken("s3", Layer.TCP, FIRST), whole(), [("healed", "s3", "tcp", (FIRST,))]),
    "broken-as-before": (broken("s3", Layer.TCP, FIRST), broken("s3", Layer.TCP, FIRST), []),
    "it-spreads": (
        broken("s3", Layer.TCP, FIRST),
        broken("s3", Layer.TCP, FIRST, SECOND),
        [("broke", "s3", "tcp", (SECOND,))],
    ),
    "private-becomes-public": (
        whole(at("logs", address("logs", FIRST))),
        whole(at("logs", PUBLIC)),
        [("moved", "logs", "way", SUBNETS)],
    ),
    "another-subnet": (
        whole(at("logs", address("logs", FIRST))),
        whole(at("logs", address("logs", SECOND))),
        [("moved", "logs", "addresses", SUBNETS)],
    ),
    "another-address-of-the-same-subnet": (
        whole(at("logs", "10.0.0.17")),
        whole(at("logs", "10.0.0.99")),
        [],
    ),
    "another-issuer": (
        whole(with_("handshake", facts={"issuer": "Amazon RSA 2048 M01"})),
        whole(with_("handshake", facts={"issuer": "Corp Proxy CA"})),
        [("moved", "logs", "issuer", SUBNETS)],
    ),
    "another-number-of-the-issuer": (
        whole(with_("handshake", facts={"issuer": "Amazon RSA 2048 M01"})),
        whole(with_("handshake", facts={"issuer": "Amazon RSA 2048 M04"})),
        [],
    ),
    "ten-times-slower": (
        whole(with_("connect", took=0.12)),
        whole(with_("connect", took=1.3)),
        [("moved", "logs", "connect latency", SUBNETS)],
    ),
    "slower-and-still-quick": (whole(with_("connect", took=0.0002)), whole(with_("connect", took=0.5)), []),
    "nobody-measured": (
        whole(),
        run(*(outcome(one, *works(*others("logs"))) for one in SUBNETS)),
        [("broke", "logs", "dns", SUBNETS)],
    ),
}


@pytest.mark.parametrize(("before", "now", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_what_changed_is_told_and_nothing_more(
    before: Report, now: Report, expected: list[tuple[str, str, str, tuple[str, ...]]]
) -> None:
    """The lowest layer of what broke; what works and moved; in several subnets once."""
    assert expected == rows(before, now)


def test_the_order_of_subnets_is_no_change() -> None:
    """Zones may come in any order."""
    now = whole()
    turned = replace(now, spec=replace(now.spec, subnets=tuple(reversed(SUBNETS))))
    assert [] == rows(whole(), turned)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (whole(), False),
        (broken("s3", Layer.TCP, FIRST), True),
        (whole(at("logs", PUBLIC)), False),
    ],
    ids=["the-same", "broke", "moved"],
)
def test_only_what_broke_is_worse(now: Report, *, expected: bool) -> None:
    """What moved works still; an assertion says where it must not move to."""
    before = whole(at("logs", address("logs", FIRST)))
    assert expected is compare(before.started, replay.seen(before), replay.seen(now)).worse


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"security_groups": ("sg-other",)}, None),
        ({"subnets": (SUBNETS[0], "subnet-new")}, None),
        (
            {"service": "billing"},
            "service checkout in prod of account 123456789012 in us-east-1, and this run",
        ),
        (
            {"region": "eu-west-1"},
            "and this run about service checkout in prod of account 123456789012 in eu-west-1",
        ),
        ({"service": None}, "and this run about account 123456789012 in us-east-1"),
        ({"subnets": ("subnet-of-another-vpc",)}, "none of these subnets is probed now"),
    ],
    ids=["the-same", "other-groups", "some-subnets", "service", "region", "no-service", "vpc"],
)
def test_another_subject_is_not_compared(changes: dict[str, Any], expected: str | None) -> None:
    """One line says what the baseline is about, and what the run is."""
    why = objection(spec(), spec(**changes))
    assert (why is None) is (expected is None)
    assert (expected or "") in (why or "")
