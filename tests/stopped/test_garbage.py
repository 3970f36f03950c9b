"""Texts that are no stop reasons, and cut ones: something is answered, nothing invented."""

from __future__ import annotations

import random
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.stopped import Cause, Stage, decode
from tests.stopped.forms import FORMS, Form

DICE = random.Random(1)  # noqa: S311  # the same nonsense in every run, nothing secret


@pytest.mark.parametrize(
    "text",
    [
        "".join(DICE.choices(string.printable, k=1 << 20)),
        "".join(DICE.choices(string.ascii_lowercase + " ", k=1 << 20)),
        "arn:" * (1 << 18),
        "a." * (1 << 19),
        "perform: " * (1 << 17),
    ],
    ids=["printable", "letters", "arns", "dots", "words"],
)
def test_a_megabyte_of_nonsense_is_unknown(text: str) -> None:
    """Nothing is invented; a pattern that backtracked would not come to an end."""
    reason = decode(text)
    assert (Stage.UNKNOWN, (Cause.UNKNOWN,)) == (reason.stage, reason.causes)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_answered(text: str) -> None:
    """Whatever the text, there is a stage, one to three causes and no exception."""
    assert 1 <= len(decode(text).causes) <= 3


@settings(deadline=None)
@given(st.sampled_from(FORMS), st.integers(min_value=0, max_value=1024))
def test_a_cut_anywhere_is_answered(form: Form, length: int) -> None:
    """ECS cuts reasons; a cut one is read as far as it goes."""
    assert 1 <= len(decode(form.text[:length]).causes) <= 3
