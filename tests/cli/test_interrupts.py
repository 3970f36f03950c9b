"""How a run is stopped: once, whole, and with its own exit code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STOPPED = """
import os, signal, sys
from probe.cli import interrupts
try:
    with interrupts.as_keyboard():
        try:
            os.kill(os.getpid(), signal.{first})
        finally:
            os.kill(os.getpid(), signal.{second})
            sys.stderr.write("taken away\\n")
except KeyboardInterrupt:
    os.kill(os.getpid(), signal.{second})
    sys.exit(21)
"""


@pytest.mark.parametrize(
    ("first", "second"), [("SIGINT", "SIGINT"), ("SIGTERM", "SIGINT"), ("SIGINT", "SIGTERM")]
)
def test_a_second_signal_cuts_nothing_short(first: str, second: str) -> None:
    """While things are taken away it is answered, and after that it changes no exit code."""
    script = STOPPED.format(first=first, second=second)
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT
    )
    stopping, still, done = ended.stderr.splitlines()
    assert (21, "taken away") == (ended.returncode, done)
    assert stopping.startswith("stopping: ")
    assert still.startswith("still taking away")
