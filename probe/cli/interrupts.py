"""Signals: whichever way somebody stops a run, it cleans up once and is not cut short in that."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_STOPPING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def as_keyboard() -> Iterator[None]:
    """SIGINT and SIGTERM raise ``KeyboardInterrupt`` once; later ones only say that cleaning is under way.

    People press Ctrl-C twice: once all is taken away, the second is ignored, and the exit code stands.
    """
    before = {number: signal.signal(number, _stop) for number in _STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            stopped = signal.getsignal(number) is _say
            signal.signal(number, signal.SIG_IGN if stopped else handler)


def _stop(_: int, __: FrameType | None) -> None:
    for number in _STOPPING:
        signal.signal(number, _say)
    sys.stderr.write("stopping: taking away what the run has made\n")
    raise KeyboardInterrupt


def _say(_: int, __: FrameType | None) -> None:
    sys.stderr.write("still taking away what the run has made; run-probe cleanup finishes it if this ends\n")
