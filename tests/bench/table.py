"""What was measured, as rows: for people, for README and for the next program.  Judges nothing."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Row(msgspec.Struct, frozen=True):
    """One measurement: of what, how much, and the most it should be; without a budget nothing was promised.

    The unit is ``s``, ``MiB``, ``MB``, ``x`` (times something else) or empty (a count).
    """

    what: str
    value: float
    unit: str
    budget: float | None = None


class Bench(msgspec.Struct, frozen=True):
    """Every row, with the day and the machine that they are of."""

    date: str
    machine: str
    rows: tuple[Row, ...]


def said(row: Row) -> str:
    """Whether the budget is met, and by how much it is or is not."""
    if row.budget is None:
        return ""
    if not row.budget:
        return f"missed by {row.value:.0f}" if row.value else "met"
    off = f"{abs(row.value / row.budget - 1):.0%}"
    return f"met, {off} to spare" if row.value <= row.budget else f"missed by {off}"


def line(row: Row) -> str:
    """A row as it is printed while the next one is measured."""
    return f"{row.what:<76} {_amount(row.value, row.unit):>10}  {_promise(row):>12}  {said(row)}".rstrip()


def markdown(bench: Bench) -> str:
    """The table as README has it."""
    head = f"{bench.date}, {bench.machine}:\n\n| what | measured | budget | |\n|---|---|---|---|\n"
    return head + "".join(
        f"| {row.what} | {_amount(row.value, row.unit)} | {_promise(row)} | {said(row)} |\n"
        for row in bench.rows
    )


def pasted(page: str, table: str, marks: Sequence[str] = ("<!-- bench -->\n", "<!-- /bench -->")) -> str:
    """The page with a table in place of what stands between the marks.  ``ValueError`` without them."""
    before, _, rest = page.partition(marks[0])
    _, mark, after = rest.partition(marks[1])
    if not mark:
        raise ValueError(
            f"the page has no place for the table: {marks[0].strip()} and {marks[1]} are missing"
        )
    return f"{before}{marks[0]}{table}{mark}{after}"


def _amount(value: float, unit: str) -> str:
    """Three digits, or as many as stand before the point."""
    written = f"{value:.0f}" if value >= 100 else f"{value:.3g}"
    return f"{written} {unit}".rstrip()


def _promise(row: Row) -> str:
    return "" if row.budget is None else f"≤ {row.budget:.3g} {row.unit}".rstrip()
