"""The matrix as people read it: subnets that look the same are one block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from probe.model import Finding, Layer, Noun, Road, Status
from probe.report.document import Report
from probe.report.matrix import PARTLY, Cell
from probe.report.verdict import in_subnet
from probe.report.wording import middle_out

_KNOWN_BY = {
    Road.LOG: "its own log lines",
    Road.EXIT_CODE: "the exit codes of its containers",
    Road.STOP_REASON: "the reason ECS gave for stopping it",
    Road.FUNCTION: "the answer of a function in the same subnet",
}


_LISTED = 6
"""Subnets that a heading names one by one."""

_MANY, _SEVERAL = 3, 2
"""Blocks, or subnets of one block, from which on the others show only their differences."""


class Row(Noun, kw_only=True):
    """One target: for each layer its status and the numbers of the findings about it, from 1."""

    target: str
    states: tuple[tuple[Status, tuple[int, ...]], ...]


_Rows = tuple[tuple[Row, ...], tuple[Row, ...]]


class Block(Noun, kw_only=True):
    """One column of the matrix, or several that are alike, with how their probes ended.

    With ``like``, a subnet, only the rows that differ from that one's are here.
    """

    heading: str
    ended: tuple[str, ...]
    needed: tuple[Row, ...]
    rest: tuple[Row, ...]
    notes: tuple[str, ...]
    like: str | None = None


def blocks(report: Report) -> Iterator[Block]:
    """The blocks; alike means every cell and finding is.

    They stand in the order of the service's subnets.  Where most subnets are alike, or there are many
    blocks, the largest comes first and the others show only in what they differ.
    """
    alike: dict[_Rows, list[str]] = {}
    for subnet in report.spec.subnets:
        rows = (_rows(report, subnet, needed=True), _rows(report, subnet, needed=False))
        alike.setdefault(rows, []).append(subnet)
    usual = max(alike, key=lambda rows: len(alike[rows]), default=((), ()))
    if len(alike) < _MANY and len(alike.get(usual, ())) < _SEVERAL:
        yield from (_block(report, subnets, rows) for rows, subnets in alike.items())
        return
    yield _block(report, alike[usual], usual)
    for rows, subnets in alike.items():
        if rows != usual:
            differing = (_besides(rows[0], usual[0]), _besides(rows[1], usual[1]))
            yield replace(_block(report, subnets, differing), like=alike[usual][0])


def _besides(rows: tuple[Row, ...], usual: tuple[Row, ...]) -> tuple[Row, ...]:
    return tuple(row for row in rows if row not in usual)


def _block(report: Report, subnets: list[str], rows: _Rows) -> Block:
    needed, rest = rows
    return Block(
        heading=_heading(report, subnets),
        ended=tuple(dict.fromkeys(line for subnet in subnets for line in _ended(report, subnet))),
        needed=needed,
        rest=rest,
        notes=tuple(_notes(report, subnets)),
    )


def _heading(report: Report, subnets: list[str]) -> str:
    """Every subnet by its id and zone, and of more than a few the first, and how many are in each zone."""
    if len(subnets) <= _LISTED:
        return ", ".join(_place(report, subnet) for subnet in subnets)
    zones = Counter(_zone(report, subnet) or "a zone that is not known" for subnet in subnets)
    where = ", ".join(f"{count} in {zone}" for zone, count in sorted(zones.items()))
    return f"{_place(report, subnets[0])} and {len(subnets) - 1} more like it ({where})"


def _rows(report: Report, subnet: str, *, needed: bool) -> tuple[Row, ...]:
    column = [
        cell for cell in report.matrix if cell.subnet == subnet and (cell.needed or cell.wanted) is needed
    ]
    targets = dict.fromkeys(cell.target for cell in column)
    return tuple(
        Row(
            target=target,
            states=tuple(_state(cell, report.findings) for cell in column if cell.target == target),
        )
        for target in targets
    )


def _state(cell: Cell, findings: Iterable[Finding]) -> tuple[Status, tuple[int, ...]]:
    if cell.status is not Status.FAIL:
        return cell.status, ()
    numbers = (number for number, finding in enumerate(findings, start=1) if about(finding, cell))
    return cell.status, tuple(numbers)


def about(finding: Finding, cell: Cell) -> bool:
    """Whether a finding explains a cell; one without subnets holds in all of them."""
    return cell.target in finding.targets and (not finding.subnets or cell.subnet in finding.subnets)


def _place(report: Report, subnet: str) -> str:
    zone = _zone(report, subnet)
    return f"{subnet} ({zone})" if zone else subnet


def _zone(report: Report, subnet: str) -> str | None:
    zones = (outcome.az for outcome in in_subnet(report.runs, subnet))
    return next(filter(None, zones), None)


def _ended(report: Report, subnet: str) -> Iterator[str]:
    """How each probe of the subnet ended, and over which roads it is known what it saw."""
    outcomes = in_subnet(report.runs, subnet)
    if not outcomes:
        yield "no probe ran here"
    for outcome in outcomes:
        roads = sorted({one.road for one in outcome.observations}, key=list(Road).index)
        known = " and ".join(_KNOWN_BY[road] for road in roads)
        ended = middle_out(outcome.ended)
        yield f"{ended}; known by {known}" if known else ended
        if outcome.beside is not None:
            yield outcome.beside


def _notes(report: Report, subnets: list[str]) -> Iterator[str]:
    """What no finding says already: other failures, what the probe could not look at, dead addresses."""
    cells = [cell for cell in report.matrix if cell.subnet in subnets]
    unsaid = (cell for cell in cells if _unsaid(cell, report.findings))
    yield from dict.fromkeys(f"{cell.target} {_layer(cell.layer)}: {cell.because}" for cell in unsaid)


def _unsaid(cell: Cell, findings: Iterable[Finding]) -> bool:
    if cell.status is Status.FAIL:
        return not any(about(finding, cell) for finding in findings)
    return cell.status is Status.ERROR or (cell.status is Status.PASS and PARTLY in cell.because)


def _layer(layer: Layer) -> str:
    return "call" if layer is Layer.CALL else layer.upper()
