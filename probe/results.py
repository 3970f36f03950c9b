"""Exit codes in files, from the probe to its reporters, over a volume that they share.

A reporter imports this and nothing of ours besides: nine of them start on a quarter of a CPU.
"""

from __future__ import annotations

import os
from pathlib import Path

TOTAL, DELIVERY = "total", "delivery"

ABSENT = 20
"""What a reporter exits with where there is no result: ``Exit.NO_REPORT``, a test compares the two."""


def directory() -> Path:
    """The volume; ``PROBE_RESULTS`` is for running by hand."""
    return Path(os.environ.get("PROBE_RESULTS", "/results"))


def write(where: Path, name: str, text: str) -> None:
    """Write one result, whole or not at all.  ``OSError`` where the volume cannot be written."""
    unfinished = where / f".{name}.{os.getpid()}"
    unfinished.write_text(text)
    unfinished.replace(where / name)


def read(where: Path, name: str) -> int:
    """The code that was written for a group, ``ABSENT`` where none that can be read was."""
    try:
        return int((where / name).read_text())
    except (OSError, ValueError):
        return ABSENT
