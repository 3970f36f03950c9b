"""What a finding says, said once."""

from __future__ import annotations

import msgspec
import pytest

from probe.report.wording import evidence, middle_out, symptoms
from tests.report.cases import BLOCKED

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
