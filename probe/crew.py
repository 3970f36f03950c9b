"""Daemon threads that can be abandoned: a pool would wait for its sleepers when the deadline has passed.

Whoever waits gets the answer or the exception; what nobody waits for any more dies with the process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Generic, TypeVar

T = TypeVar("T")


class Parcel(Generic[T]):
    """What one job came to, carried from its thread to whoever waits: an answer or an exception."""

    def __init__(self) -> None:
        self.answer: T | None = None
        self.error: BaseException | None = None

    def __enter__(self) -> Parcel[T]:
        return self

    def __exit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> bool:
        self.error = error
        return True

    def open(self) -> T:
        """The answer; raises the job's exception in the thread that asks."""
        if self.error is not None:
            raise self.error
        return self.answer  # type: ignore[return-value]  # set whenever there is no error


def start(job: Callable[[], object], name: str) -> None:
    """Run a job in a daemon thread of its own."""
    Thread(target=job, name=name, daemon=True).start()


def at_once(jobs: Sequence[Callable[[], T]]) -> Iterator[T]:
    """The jobs' answers as they come; raises what a job raised."""
    done: SimpleQueue[Parcel[T]] = SimpleQueue()
    for number, job in enumerate(jobs):
        start(partial(_send, job, done), f"at-once-{number}")
    for _ in jobs:
        yield done.get().open()


def within(seconds: float, job: Callable[[], T]) -> T:
    """The job's answer, or ``TimeoutError`` while it is left to itself; raises what the job raised."""
    done: SimpleQueue[Parcel[T]] = SimpleQueue()
    start(partial(_send, job, done), "within")
    try:
        return done.get(timeout=max(seconds, 0)).open()
    except Empty:
        raise TimeoutError(f"no answer within {seconds:g} s") from None


def _send(job: Callable[[], T], done: SimpleQueue[Parcel[T]]) -> None:
    with Parcel[T]() as parcel:
        parcel.answer = job()
    done.put(parcel)
