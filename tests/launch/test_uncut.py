"""An interrupt comes after the work that it met, never into it."""

from __future__ import annotations

import signal
import threading

import pytest

from probe.launch.uncut import uncut


def test_an_interrupt_waits_for_the_work() -> None:
    """What was begun is done when it is raised."""
    done: list[str] = []

    def work() -> None:
        signal.raise_signal(signal.SIGINT)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        done.append("done")

    with pytest.raises(KeyboardInterrupt):
        uncut(work)
    assert ["done"] == done


def test_an_error_of_the_work_is_the_callers() -> None:
    """As if it had been done in the same thread."""
    with pytest.raises(ZeroDivisionError):
        uncut(lambda: 1 // 0)
