"""The matrix as rows of words, a block for subnets that are alike."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from probe.model import Status
from probe.report.folding import Block, Row
from probe.report.layout import paragraph

_STATUS_STYLE = {
    Status.PASS: "green",
    Status.FAIL: "bold red",
    Status.SKIP: "dim",
    Status.ERROR: "magenta",
    Status.NO_REPORT: "yellow",
}
_NAME, _CELL = 28, 10


def written(block: Block, width: int) -> Iterator[Text]:
    """One block, to its last note."""
    for line in paragraph("", block.heading, width, 0):
        yield Text(line, style="bold")
    for ended in block.ended:
        yield from (Text(line) for line in paragraph("", ended, width, 0, indent=2))
    heads = ("DNS", "TCP", "TLS", "HTTP", "call")
    yield Text("  " + " " * _NAME + "".join(head.ljust(_CELL) for head in heads).rstrip(), style="dim")
    yield from (line for row in block.needed for line in _row(row))
    if block.rest:
        yield Text("  not needed by this task:", style="dim")
        yield from (line for row in block.rest for line in _row(row, style="dim"))
    if block.like is not None:
        yield Text(f"  all else as in {block.like}", style="dim")
    for note in block.notes:
        yield from (Text(line) for line in paragraph("", note, width, 0, indent=2))


def _row(row: Row, style: str | None = None) -> Iterator[Text]:
    line = Text(f"  {row.target:<{_NAME}}", style=style or "")
    if len(row.target) >= _NAME:
        yield Text(f"  {row.target}", style=style or "")
        line = Text("  " + " " * _NAME)
    for status, findings in row.states:
        word = status.replace("-", " ") + (f" [{findings[0]}]" if findings else "")
        line.append(word.ljust(_CELL), style=style or _STATUS_STYLE[status])
    line.rstrip()
    yield line
