"""The bench's table, and what of a run becomes which row of it."""

from __future__ import annotations

import pytest

from probe.diagnosis import diagnose
from tests.bench import comparison, imports, large_vpc, table
from tests.bench.table import Bench, Row

SLOW, FAST, FREE = Row("a", 12.0, "s", 10), Row("b", 0.25, "x", 2), Row("c", 123.4, "MiB")
BENCH = Bench(date="2026-01-02", machine="a machine", rows=(SLOW, FAST, FREE))
SIDES = {
    "probe": {"seconds": 2.0, "peak": 60.0, "start": 0.2, "first packet": 0.3},
    "bare": {"seconds": 1.25, "peak": 40.0},
    "by hand": {"seconds": 16.0, "peak": 60.0},
    "to TLS": {"seconds": 0.6, "peak": 30.0},
    "exporter": {"seconds": 0.2, "peak": 20.0},
    "8 targets": {"seconds": 1.0, "peak": 40.0},
    "64 targets": {"seconds": 3.0, "peak": 50.0},
    "dropped": {"seconds": 8.6, "peak": 60.0, "start": 0.2, "patience": 8.0},
    "imports": {"botocore": 0.5, "httpx": 0.25},
}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param(SLOW, "missed by 20%", id="above"),
        pytest.param(FAST, "met, 88% to spare", id="below"),
        pytest.param(Row("d", 0, "", 0), "met", id="none-of-none"),
        pytest.param(Row("d", 3, "", 0), "missed by 3", id="some-of-none"),
        pytest.param(FREE, "", id="nothing-promised"),
    ],
)
def test_a_row_says_by_how_much(row: Row, expected: str) -> None:
    """Met or missed, and how far off; nothing where nothing was promised."""
    assert expected == table.said(row)


def test_a_table_names_its_day_and_its_machine() -> None:
    """What is in README can be compared with what somebody else measures."""
    assert [
        "2026-01-02, a machine:",
        "",
        "| what | measured | budget | |",
        "|---|---|---|---|",
        "| a | 12 s | ≤ 10 s | missed by 20% |",
        "| b | 0.25 x | ≤ 2 x | met, 88% to spare |",
        "| c | 123 MiB |  |  |",
    ] == table.markdown(BENCH).splitlines()


def test_a_table_takes_the_place_of_the_last_one() -> None:
    """The rest of the page stays as it is, and the next table finds its place again."""
    page = "before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n"
    pasted = table.pasted(page, "new\n")
    assert (page.replace("old", "new"), pasted) == (pasted, table.pasted(pasted, "new\n"))


def test_a_page_without_a_place_is_refused() -> None:
    """Nothing is written anywhere else."""
    with pytest.raises(ValueError, match="no place for the table"):
        table.pasted("a page\n", "new\n")


def test_every_budget_of_the_comparison_has_its_row() -> None:
    """Ratios of what ran in the same place, start-up aside where that is said."""
    found = {row.what: (row.value, row.budget) for row in comparison.rows(SIDES, 6_000_000) if row.budget}
    assert {
        "… the run, in scripts by hand": (0.125, 1 / 6),
        "… the run, in such processes": (1.6, 2),
        "everything dropped, start-up aside, in connection time-outs": (1.05, 1.15),
        "peak memory of a healthy run": (60.0, 96),
        "the image over its base, compressed": (6.0, 8.0),
    } == {what: (round(value, 9), budget) for what, (value, budget) in found.items()}


def test_growth_is_told_against_the_size_before() -> None:
    """Time and memory, each in those of an eighth of the targets."""
    found = {row.what: row.value for row in comparison.rows(SIDES, 0) if row.what.startswith("64 targets")}
    assert {
        "64 targets, up to HTTP (3.0 s), in those of 8 targets": 3.0,
        "64 targets, up to HTTP (50.0 MiB), in those of 8 targets": 1.25,
    } == found


def test_import_times_are_added_by_package() -> None:
    """``-X importtime`` counts each module by itself; whatever else is on standard error is passed over."""
    said = [
        "import time: self [us] | cumulative | imported package",
        "import time:    500000 |     750000 |   botocore.client",
        "import time:    250000 |     250000 |     httpx",
        "import time:    500000 |     500000 | botocore",
        "results cannot be written",
    ]
    assert {"botocore": 1.0, "httpx": 0.25} == imports.packages("\n".join(said))


def test_the_large_case_is_one_that_is_diagnosed() -> None:
    """What is timed names its cause, in a snapshot of the size that is promised."""
    snapshot = large_vpc.snapshot()
    parts = (snapshot.subnets, snapshot.endpoints, snapshot.security_groups)
    assert (40, 60, 300) == tuple(len(part) for part in parts if isinstance(part, tuple))
    assert ["endpoint-sg-blocks-ingress"] == [finding.code for finding in diagnose(large_vpc.case())]
