"""What could not be read: it may leave a fault unexplained, and never lays it at another's door."""

from __future__ import annotations

import msgspec
import pytest

from probe.diagnosis import diagnose
from probe.diagnosis.case import Case
from probe.diagnosis.network import OF_A_SETTING
from probe.evidence.snapshot import Denied, Snapshot
from tests.recordings import FOLDER, read

PARTS = tuple(name for name in Snapshot.__struct_fields__ if name != "partial")
BLAMING = (OF_A_SETTING | {"private-dns-disabled", "identity-policy-denies"}) - {"route-blackholed"}
"""Codes whose subject somebody is to change; a route says of itself that it leads nowhere."""
CASES = [
    case for case, rows in map(read, sorted(FOLDER.glob("*.json"))) if {row[0] for row in rows} & BLAMING
]


def without(case: Case, part: str) -> Case:
    """The case as it is for somebody who may not read one part."""
    refused = Denied(action="ec2:Describe", resource="*", words="not authorized")
    return msgspec.structs.replace(case, snapshot=msgspec.structs.replace(case.snapshot, **{part: refused}))


def blamed(case: Case) -> set[tuple[str, str]]:
    """What a diagnosis wants changed."""
    return {(one.code, one.subject) for one in diagnose(case) if one.code in BLAMING}


@pytest.mark.parametrize("part", PARTS)
def test_nothing_else_is_blamed_where_a_part_could_not_be_read(part: str) -> None:
    """Of all scenarios with such a fault: it is named, or it stays unexplained."""
    assert CASES
    assert set() == set().union(*(blamed(without(case, part)) - blamed(case) for case in CASES))


@pytest.mark.parametrize("part", PARTS)
def test_a_fault_never_vanishes_where_a_part_could_not_be_read(part: str) -> None:
    """A path that was measured as broken is a finding, whatever is known of it."""
    assert [] == [case.spec.service for case in CASES if not diagnose(without(case, part))]


def test_without_the_endpoints_a_missing_way_out_is_not_told_from_a_missing_endpoint() -> None:
    """The route table alone leads nowhere in both cases, and the report says what it could not read."""
    case, _ = read(FOLDER / "secretsmanager_endpoint_missing.json")
    found = diagnose(without(case, "endpoints"))
    assert {"path-blocked-unexplained"} == {one.code for one in found}
    assert all("ec2:Describe on *: not authorized" in one.explanation for one in found)
