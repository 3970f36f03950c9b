"""Forms of ECS stop reasons: wrapper, family, phase, clause; the names in them are made up."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Form(NamedTuple):
    """One text, its stage, and every cause that may be answered first."""

    name: str
    stage: str
    causes: tuple[str, ...]
    text: str


def _read(number: int, line: str) -> Form:
    stage, causes, text = line.split("|", 2)
    return Form(f"{number}-{stage}", stage, tuple(causes.split(",")), text)


_LINES = Path(__file__).with_name("forms.txt").read_text(encoding="utf-8").splitlines()
FORMS = tuple(_read(number, line) for number, line in enumerate(_LINES, 1) if not line.startswith("#"))
