"""Styled lines and labelled texts that fit a width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.text import Text

from probe.report.layout import paragraph

_LABEL = 6


def folded(line: Text, width: int) -> Iterator[Text]:
    """A line with styles folded at spaces, and longer than the width only where a single word is."""
    at = line.plain.rfind(" ", _LABEL, width + 1)
    at = line.plain.find(" ", width) if at < 0 else at
    if len(line) <= width or at < 0:
        yield line
        return
    first, rest = line.divide([at])
    yield first
    yield from folded(Text(" " * _LABEL).append_text(rest[1:]), width)


def parts(labelled: Iterable[tuple[str, str]], width: int) -> Iterator[Text]:
    """Each text behind its label, folded under itself."""
    for label, text in labelled:
        yield from (Text(line) for line in paragraph(label, text, width, _LABEL))
