"""``--lab``: the lab builds its world and runs the same command line in it.  Nothing here imports it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn


def enter(scenario: str, arguments: Sequence[str]) -> NoReturn:
    """Become the lab, which runs the rest of the command line in its own operator's seat."""
    command = [sys.executable, "-m", "probe.cli", *without_lab(arguments)]
    os.execv(sys.executable, [sys.executable, "-m", "probe.lab", scenario, "--", *command])  # noqa: S606  no shell


def without_lab(arguments: Sequence[str]) -> list[str]:
    """The command line without ``--lab SCENARIO``, in either of its spellings."""
    kept: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--lab":
            next(rest, None)
        elif not argument.startswith("--lab="):
            kept.append(argument)
    return kept
