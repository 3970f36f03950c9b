"""Functions that stand by: each starts when its subnet gives a reason to, and goes when nobody needs it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from types import TracebackType
from typing import Self

from probe.launch.carriers.function import Answer
from probe.launch.uncut import uncut

Carry = Callable[[str, Event], Answer]
"""Measures in a subnet and takes away what that took; ends early once the event is set."""

_AT_ONCE = 8


class Standby:
    """As a context manager it leaves no function running: those that are under way are dismissed."""

    def __init__(self, carry: Carry) -> None:
        self._carry = carry
        self._pool = ThreadPoolExecutor(_AT_ONCE)
        self._coming: dict[str, Future[Answer]] = {}
        self._dismissed: dict[str, Event] = {}
        self._came: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self.dismiss(self._coming)
        uncut(lambda: self._pool.shutdown(cancel_futures=True))

    def start(self, subnets: Iterable[str]) -> None:
        """Start a function in each subnet that has none yet; only the thread that made this calls it."""
        for subnet in subnets:
            if subnet not in self._coming:
                self._dismissed[subnet] = Event()
                self._coming[subnet] = self._pool.submit(self._measure, subnet)

    def dismiss(self, subnets: Iterable[str]) -> None:
        """Say that these answers are needed no more."""
        for subnet in subnets:
            if subnet in self._dismissed:
                self._dismissed[subnet].set()

    def told(self, since: float = 0.0) -> tuple[Answer, ...]:
        """The answers that have come, at least so many seconds ago."""
        limit = time.monotonic() - since
        return tuple(
            self._coming[subnet].result() for subnet, came in dict(self._came).items() if came < limit
        )

    def answers(self) -> dict[str, Answer]:
        """Every started subnet's answer; waits for those that are under way."""
        return {subnet: coming.result() for subnet, coming in self._coming.items()}

    def _measure(self, subnet: str) -> Answer:
        answer = self._carry(subnet, self._dismissed[subnet])
        self._came[subnet] = time.monotonic()
        return answer
