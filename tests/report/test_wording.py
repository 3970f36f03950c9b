"""What a finding says, said once."""

from __future__ import annotations

import msgspec
import pytest

from probe.model import Change, Confidence, History, Road
from probe.report.wording import certainty, changes, evidence, middle_out, symptoms
from tests.report.cases import BLOCKED

NAMES = "and the configuration names the object"
BOTH = ("subnet-a", "subnet-b")


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("subnet-a: timeout", "subnet-b: timeout"), ("timeout",)),
        (("subnet-a: timeout", "subnet-b: refused"), ("subnet-a: timeout", "subnet-b: refused")),
        (("subnet-b: timeout",), ("subnet-b: timeout",)),
        (("s3 (tcp) from subnet-a", "s3 (tcp) from subnet-b"), ("s3 (tcp)",)),
        (("s3 (tcp) from subnet-a",), ("subnet-a: s3 (tcp)",)),
        (("no rule admits it", "no rule admits it"), ("no rule admits it",)),
        (("subnet-c: is another's",), ("subnet-c: is another's",)),
    ],
    ids=[
        "everywhere",
        "different",
        "in-one",
        "at-the-end",
        "at-the-end-in-one",
        "no-subnet",
        "another-subnet",
    ],
)
def test_a_sentence_that_holds_everywhere_is_said_once(
    texts: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    """Sentences that differ by their subnet alone are one, and name it only where another lacks them."""
    assert evidence(msgspec.structs.replace(BLOCKED, evidence=texts, subnets=BOTH)) == expected


def test_a_symptom_that_is_evidence_is_not_repeated() -> None:
    """What a finding explains is what it has not said already."""
    finding = msgspec.structs.replace(
        BLOCKED,
        subnets=BOTH,
        evidence=("subnet-a: timeout", "subnet-b: timeout"),
        explains=("subnet-a: timeout", "subnet-a: no layers", "subnet-b: no layers", "subnet-b: no logs"),
    )
    assert symptoms(finding) == "no layers; subnet-b: no logs"


def test_a_long_text_keeps_its_ends() -> None:
    """ECS says at the start what failed and at the end where; no word is cut."""
    text = f"CannotPullContainerError: {'pull failed ' * 40}dial tcp 10.0.1.4:443: i/o timeout"
    short = middle_out(text)
    assert short == (
        f"CannotPullContainerError: {'pull failed ' * 7}pull … failed {'pull failed ' * 3}"
        "dial tcp 10.0.1.4:443: i/o timeout"
    )


def test_a_short_text_is_left_alone() -> None:
    """Nothing is lost where there is room."""
    assert middle_out("the probe reported") == "the probe reported"


@pytest.mark.parametrize(
    ("confidence", "roads", "expected"),
    [
        (Confidence.MEASURED, (Road.LOG,), "measured by the probe"),
        (
            Confidence.CORROBORATED,
            (Road.STOP_REASON, Road.FUNCTION),
            f"measured by ECS's own start of a task and a function in the same subnet, {NAMES}",
        ),
        (Confidence.MEASURED, (), "measured"),
        (
            Confidence.INFERRED,
            (Road.STOP_REASON,),
            "inferred from what stopped tasks of the service said: nothing could be measured",
        ),
        (Confidence.INFERRED, (), "inferred from the configuration alone: nothing could be measured"),
    ],
)
def test_how_sure_it_is_says_by_which_road(
    confidence: Confidence, roads: tuple[Road, ...], expected: str
) -> None:
    """A reader knows whose word it is."""
    assert expected == certainty(msgspec.structs.replace(BLOCKED, confidence=confidence, roads=roads))


@pytest.mark.parametrize(
    ("roads", "expected"),
    [
        (
            (Road.EXIT_CODE,),
            "the exit codes of the probe's containers, which tell the layer, not the kind of failure",
        ),
        ((Road.STOP_REASON,), "ECS's own start of a task, whose words tell the cause"),
        ((Road.LOG,), f"the probe, {NAMES}"),
    ],
)
def test_no_setting_is_said_to_name_a_host(roads: tuple[Road, ...], expected: str) -> None:
    """What a host answers is known by its road alone, unless somebody measured it whole."""
    finding = msgspec.structs.replace(
        BLOCKED, subject="db.internal:443", confidence=Confidence.CORROBORATED, roads=roads
    )
    assert f"measured by {expected}" == certainty(finding)


MIDNIGHT = "2026-01-02T00:00:00+00:00"
CHANGE = Change(subject=BLOCKED.subject, at=MIDNIGHT, event="ec2:RevokeSecurityGroupEgress", by="ann")


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (None, []),
        (
            History(since=MIDNIGHT, answered=(BLOCKED.subject,)),
            [f"no change of it since {MIDNIGHT} is in CloudTrail"],
        ),
        (
            History(since=MIDNIGHT, changes=(CHANGE,), answered=(BLOCKED.subject,)),
            [f"{MIDNIGHT} ec2:RevokeSecurityGroupEgress by ann"],
        ),
        (
            History(since=MIDNIGHT),
            ["who changed it is not known: CloudTrail was not asked for it, or did not answer"],
        ),
    ],
    ids=["nobody-asked", "unchanged", "changed", "not-answered"],
)
def test_no_change_is_told_only_where_cloudtrail_answered(
    history: History | None, expected: list[str]
) -> None:
    """A look that was refused, and a host that CloudTrail has no name for, prove nothing."""
    assert list(changes(BLOCKED, history)) == expected
