"""Functions on standby: started once, dismissed when nobody needs them, never left behind."""

from __future__ import annotations

from threading import Event

import pytest

from probe.launch.carriers.function import Answer
from probe.launch.standby import Standby


class Carrier:
    """Measures until it is dismissed, or at once where ``patient`` is false."""

    def __init__(self, *, patient: bool = False) -> None:
        self.patient = patient
        self.started: list[str] = []
        self.under_way = Event()
        self.dismissed: list[str] = []

    def __call__(self, subnet: str, dismissed: Event) -> Answer:
        self.started.append(subnet)
        self.under_way.set()
        if self.patient and dismissed.wait(20):
            self.dismissed.append(subnet)
        return Answer(subnet=subnet)


def test_a_subnet_has_one_function_however_often_it_lags() -> None:
    """Every poll says again which tasks are late."""
    carrier = Carrier()
    with Standby(carrier) as functions:
        functions.start(["a"])
        functions.start(["a", "b"])
        assert {"a", "b"} == functions.answers().keys()
    assert ["a", "b"] == sorted(carrier.started)


def test_without_a_reason_none_starts() -> None:
    """A run whose probes all answer makes no function."""
    carrier = Carrier()
    with Standby(carrier) as functions:
        functions.dismiss(["a"])
    assert ([], {}) == (carrier.started, functions.answers())


def test_whatever_ends_a_run_dismisses_what_is_under_way() -> None:
    """Ctrl-C waits for functions to be taken away, not for them to answer."""
    carrier = Carrier(patient=True)

    def interrupted() -> None:
        with Standby(carrier) as functions:
            functions.start(["a"])
            carrier.under_way.wait(20)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert ["a"] == carrier.dismissed


def test_an_answer_ages() -> None:
    """What has just come gives ECS time for its own word."""
    with Standby(Carrier()) as functions:
        functions.start(["a"])
        functions.answers()
        assert ((), 1) == (functions.told(since=60), len(functions.told(since=-60)))
