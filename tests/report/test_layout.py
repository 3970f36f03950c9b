"""Lines that fit, and that can be copied."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.report.layout import command, paragraph


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("aws ec2 x --a b", ["aws ec2 x --a b"]),
        (
            "aws ec2 describe --group-id sg-1 --source-group sg-2",
            ["aws ec2 describe --group-id sg-1 \\", "  --source-group sg-2"],
        ),
        (
            'aws x --policy \'{"a": 1, "b --c": 2}\' --name a-long-name',
            ["aws x \\", '  --policy \'{"a": 1, "b --c": 2}\' \\', "  --name a-long-name"],
        ),
        ("cat <<END\nx --y\nEND", ["cat <<END", "x --y", "END"]),
        ("echo  two  spaces --and-more --than-fits", ["echo  two  spaces --and-more --than-fits"]),
    ],
    ids=["short", "folded", "quoted", "here-document", "spaces"],
)
def test_a_command_is_folded_where_the_shell_allows_it(text: str, expected: list[str]) -> None:
    """A backslash stands before an option and never within a quoted word; the rest is left alone."""
    assert command(text, 36) == expected


@settings(deadline=None)
@given(st.lists(st.text(alphabet=st.characters(codec="ascii", exclude_categories=["Cc"])), min_size=1))
def test_a_folded_command_is_the_same_command(words: list[str]) -> None:
    """Whatever was quoted, the shell reads the folded lines as the words that went in."""
    text = shlex.join(["aws", *words])
    assert shlex.split("\n".join(command(text, 20)).replace("\\\n", "")) == ["aws", *words]


def test_a_paragraph_never_breaks_a_word() -> None:
    """An ARN longer than the width stays whole, on a line of its own."""
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf"
    assert paragraph("why", f"the secret {arn} is gone", 30, 6) == [
        "  why   the secret",
        f"        {arn}",
        "        is gone",
    ]
