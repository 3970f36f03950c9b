"""Every address of a name is connected once."""

from __future__ import annotations

import pytest

from probe.checks import tcp
from probe.model import Layer
from tests.loopback import LOCALHOST, full, listener, silent, unused
from tests.vantages import passed, target, vantage


def test_a_listener_is_connected() -> None:
    """A port that is listened on passes."""
    with listener(silent) as port:
        (told,) = tcp.check(target(port), passed("resolve-system", Layer.DNS), vantage())
    assert ("pass", LOCALHOST) == (told.status.value, told.address)


def test_refused_is_an_answer_and_full_is_silence() -> None:
    """A reset to a SYN is refused at once; nothing at all is a timeout."""
    with full() as port:
        (silence,) = tcp.check(target(port), passed("resolve-system", Layer.DNS), vantage(timeout=0.2))
    (answer,) = tcp.check(target(unused()), passed("resolve-system", Layer.DNS), vantage())
    assert silence.failure is not None
    assert answer.failure is not None
    assert ("timeout", "refused") == (silence.failure.kind.value, answer.failure.kind.value)


@pytest.mark.parametrize(
    ("needed", "unneeded_timeout", "seconds"),
    [(True, 0.2, 0.4), (False, 0.2, 0.2), (False, 9.0, 0.4)],
    ids=["needed", "unneeded", "unneeded is never waited for longer"],
)
def test_what_nothing_needs_is_waited_for_less_long(
    needed: bool,  # noqa: FBT001  a column of the table
    unneeded_timeout: float,
    seconds: float,
) -> None:
    """A step on the way to an unneeded service has its own, shorter time."""
    here = vantage(timeout=0.4, unneeded_timeout=unneeded_timeout)
    assert seconds == here.patience(target(needed=needed))


def test_every_address_is_tried_and_told() -> None:
    """One dead address of two is one failing observation beside one that passes."""
    with listener(silent) as port:
        below = passed("resolve-system", Layer.DNS) + passed("resolve-system", Layer.DNS, "127.0.0.2")
        told = tcp.check(target(port), below, vantage())
        assert {"127.0.0.1": "pass", "127.0.0.2": "fail"} == {one.address: one.status.value for one in told}


@pytest.mark.parametrize("host", ["127.0.0.1"], ids=["address"])
def test_without_a_name_to_resolve_the_host_is_the_address(host: str) -> None:
    """A plan without a DNS layer connects to the host as it is written."""
    with listener(silent) as port:
        (told,) = tcp.check(target(port, host=host, layers=(Layer.TCP,)), (), vantage())
    assert host == told.address
