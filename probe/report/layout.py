"""Lines of text that fit a width without ever breaking a word that somebody may copy."""

from __future__ import annotations

import re
import textwrap

_WORD = re.compile(r"""(?:[^\s'"\\]|'[^']*'|"(?:\\.|[^"\\])*"|\\.)+""", re.DOTALL)
_MARGIN = "  "


def paragraph(label: str, text: str, width: int, column: int, indent: int = 0) -> list[str]:
    """The text folded at spaces, its first line behind the label, the others under the text.

    ``column`` is how wide a label is, 0 for none; ``indent`` the spaces before a text without one.
    """
    first = f"{_MARGIN}{label:<{column}}" if label and column else " " * indent
    return textwrap.wrap(
        " ".join(text.split()),
        width=width,
        initial_indent=first,
        subsequent_indent=" " * len(first) if column else " " * (indent + len(_MARGIN)),
        break_long_words=False,
        break_on_hyphens=False,
    )


def command(text: str, width: int) -> list[str]:
    """A shell command folded before its options, each line but the last ending in a backslash.

    A command that has lines of its own is left as it is: a here-document may be in it.
    """
    words = _WORD.findall(text)
    if "\n" in text or " ".join(words) != text:
        return text.splitlines()
    lines, line = [], ""
    for option in _options(words):
        if line and len(line) + len(option) + 3 > width:
            lines.append(f"{line} \\")
            line = f"  {option}"
        else:
            line = f"{line} {option}" if line else option
    return [*lines, line]


def _options(words: list[str]) -> list[str]:
    """Each option with its values as one piece; a fold within would part what belongs together."""
    pieces: list[str] = []
    for word in words:
        if word.startswith("--") or not pieces:
            pieces.append(word)
        else:
            pieces[-1] += f" {word}"
    return pieces
