"""``--lab``: the lab builds its world and runs the same command line in it.  Nothing here imports it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

_ASKED = ("--asked",)
_OURS = ("--lab", "--lab-runtime")


def enter(scenario: str, runtime: str, arguments: Sequence[str], *, asked: bool) -> NoReturn:
    """Become the lab, which runs the rest of the command line in its own operator's seat.

    With ``asked`` nothing to probe was named, and the scenario says itself what is asked.
    """
    command = [sys.executable, "-m", "probe.cli", *without_lab(arguments)]
    laboratory = [sys.executable, "-m", "probe.lab", "--runtime", runtime, *_ASKED[:asked], scenario]
    os.execv(sys.executable, [*laboratory, "--", *command])  # noqa: S606  no shell


def without_lab(arguments: Sequence[str]) -> list[str]:
    """The command line without ``--lab SCENARIO`` and its runtime, in either spelling."""
    kept: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument in _OURS:
            next(rest, None)
        elif argument.partition("=")[0] not in _OURS:
            kept.append(argument)
    return kept
