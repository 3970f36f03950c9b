"""Many subnets on few lines: those that are alike are one block, and the others show their differences."""

from __future__ import annotations

import io

import pytest
from msgspec.structs import replace
from rich.console import Console

from probe.diagnosis.case import Case
from probe.model import Kind, Layer, Outcome
from probe.report.document import Report, build
from probe.report.folding import blocks
from probe.report.terminal import render
from tests.report.cases import ECR, KMS, S3, SPEC, case, healthy, outcome, upto, works

MORE = "more like it"
TENTHS = "3 in us-east-1a, 4 in us-east-1b, 3 in us-east-1c"
THIRDS = "13 in us-east-1a, 13 in us-east-1b, 13 in us-east-1c"


def spread(count: int, *broken: int, kinds: tuple[Kind, ...] = (Kind.TIMEOUT,)) -> Report:
    """A report over subnets in three zones, of which S3 is out of reach from some, each in its own way."""
    names = [f"subnet-{number:02}{'abc'[number % 3]}" for number in range(count)]
    ways = {names[number]: kinds[place % len(kinds)] for place, number in enumerate(broken)}
    told = [_outcome(name, ways.get(name)) for name in names]
    given: Case = replace(case(*told), spec=replace(SPEC, subnets=tuple(names)))
    return build(given, (), tool_version="1", started="2026-11-02T10:00:00+00:00", took=1.0)


def _outcome(name: str, kind: Kind | None) -> Outcome:
    if kind is None:
        return healthy(name)
    return outcome(name, *works(ECR), *upto(S3, Layer.TCP, kind), *works(KMS), total=12)


def page(report: Report) -> list[str]:
    """The lines of the report in a pipe of 80 columns."""
    text = io.StringIO()
    render((report,), Console(file=text, width=80, _environ={}))
    return text.getvalue().splitlines()


@pytest.mark.parametrize(
    ("count", "broken", "shown"),
    [
        (1, (), [("subnet-00a (us-east-1a)", 2, None)]),
        (
            3,
            (1,),
            [
                ("subnet-00a (us-east-1a), subnet-02c (us-east-1c)", 2, None),
                ("subnet-01b (us-east-1b)", 1, "subnet-00a"),
            ],
        ),
        (
            12,
            (0, 5),
            [
                (
                    f"subnet-01b (us-east-1b) and 9 {MORE} ({TENTHS})",
                    2,
                    None,
                ),
                ("subnet-00a (us-east-1a), subnet-05c (us-east-1c)", 1, "subnet-01b"),
            ],
        ),
        (
            40,
            (39,),
            [
                (
                    f"subnet-00a (us-east-1a) and 38 {MORE} ({THIRDS})",
                    2,
                    None,
                ),
                ("subnet-39a (us-east-1a)", 1, "subnet-00a"),
            ],
        ),
    ],
    ids=["one", "three", "twelve", "forty"],
)
def test_alike_is_one_block_and_the_rest_are_differences(
    count: int, broken: tuple[int, ...], shown: list[tuple[str, int, str | None]]
) -> None:
    """The largest block comes first and whole; another has only the rows that differ from it."""
    found = blocks(spread(count, *broken))
    assert shown == [(block.heading, len(block.needed), block.like) for block in found]


@pytest.mark.parametrize("count", [1, 3, 12, 40])
def test_a_report_fits_a_screen_of_80_columns(count: int) -> None:
    """However many subnets there are, and in however many ways they differ."""
    kinds = (Kind.TIMEOUT, Kind.REFUSED, Kind.RESET)
    lines = page(spread(count, *range(1, min(count, 4)), kinds=kinds))
    assert ([], True) == ([line for line in lines if len(line) > 80], len(lines) <= 50)


def test_a_difference_says_from_what() -> None:
    """Below its rows stands the subnet that shows the rest."""
    lines = page(spread(12, 3))
    at = lines.index("subnet-03a (us-east-1a)")
    assert [
        "  s3                          pass      fail      skip      skip      skip",
        "  all else as in subnet-00a",
    ] == lines[at + 3 : at + 5]
