"""Work that no interrupt cuts short: making a thing and noting it, or taking it away."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def uncut(work: Callable[[], Result]) -> Result:
    """What the work answers or raises; a ``KeyboardInterrupt`` meanwhile is raised after its end.

    Interrupts reach the main thread alone, so the work is done in another one.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()
