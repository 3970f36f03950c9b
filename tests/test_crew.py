"""Threads that can be abandoned."""

from __future__ import annotations

import threading

import pytest

from probe import crew


def broken() -> int:
    """A job that fails."""
    raise LookupError("of its own")


def test_jobs_run_at_once() -> None:
    """Two jobs that wait for one another both answer: they run at once."""
    together = threading.Barrier(2)
    places = list(crew.at_once([lambda: together.wait(5), lambda: together.wait(5)]))
    assert [0, 1] == sorted(places)


def test_no_jobs_have_no_answers() -> None:
    """Nothing to do ends at once."""
    assert [] == list(crew.at_once([]))


def test_what_a_job_raises_is_raised_to_who_waits() -> None:
    """In both ways of waiting."""
    with pytest.raises(LookupError, match="of its own"):
        list(crew.at_once([broken]))
    with pytest.raises(LookupError, match="of its own"):
        crew.within(5, broken)


def test_a_job_in_time_is_answered() -> None:
    """The answer is the job's."""
    assert 7 == crew.within(5, lambda: 7)


def test_a_job_that_is_late_is_abandoned() -> None:
    """Waiting ends when the time does, and the job's thread does not hold up the process."""
    released = threading.Event()
    with pytest.raises(TimeoutError, match=r"no answer within 0\.01 s"):
        crew.within(0.01, lambda: released.wait(5))
    daemons = {thread.daemon for thread in threading.enumerate() if thread.name == "within"}
    released.set()
    assert {True} == daemons
