"""Names as Go's resolver looks them up, over real sockets, in its words."""

from __future__ import annotations

import re

import pytest

from probe.lab.fargate import names
from probe.lab.fargate.names import LookupFailure, Server
from tests import loopback
from tests.loopback import Zone

HOST = "api.ecr.us-east-1.amazonaws.com"
HERE = r"127\.0\.0\.1:\d+"
PATIENCE = 0.3
GOOD = Zone(a=("192.0.2.7", "192.0.2.8"))
CUT = Zone(truncate=True)


def test_an_answer_is_every_address() -> None:
    """Whatever their order: each is one to dial."""
    with loopback.name_server(GOOD, GOOD) as server:
        assert GOOD.a == tuple(sorted(names.resolve(HOST, (Server(*server),), PATIENCE)))


def test_a_truncated_answer_is_asked_for_again_over_tcp() -> None:
    """And the whole one counts."""
    with loopback.name_server(CUT, GOOD) as server:
        assert GOOD.a == tuple(sorted(names.resolve(HOST, (Server(*server),), PATIENCE)))


def test_an_address_is_no_name() -> None:
    """Nobody is asked."""
    assert ("10.0.0.7",) == names.resolve("10.0.0.7", (), PATIENCE)


def test_the_next_server_is_asked_after_a_silent_one() -> None:
    """Go goes through all of them before it begins anew."""
    with loopback.name_server(None, None) as silent, loopback.name_server(GOOD, GOOD) as good:
        servers = (Server(*silent), Server(*good))
        assert GOOD.a == tuple(sorted(names.resolve(HOST, servers, PATIENCE)))


FAILURES = {
    "no-name": (Zone(rcode="NXDOMAIN"), Zone(), "no such host", False),
    "no-address": (Zone(aaaa=("2001:db8::1",)), Zone(), "no such host", False),
    "server-fails": (Zone(rcode="SERVFAIL"), Zone(), "server misbehaving", False),
    "server-refuses": (Zone(rcode="REFUSED"), Zone(), "server misbehaving", False),
    "silent": (None, None, rf"read udp {HERE}->{HERE}: i/o timeout", True),
    "cut-and-tcp-silent": (CUT, None, rf"dial tcp {HERE}: i/o timeout", True),
}


@pytest.mark.parametrize(("udp", "tcp", "words", "silent"), FAILURES.values(), ids=FAILURES)
def test_a_failed_lookup_has_gos_words(
    udp: Zone | None, tcp: Zone | None, words: str, *, silent: bool
) -> None:
    """They name the server that was asked last, and say whether it was only silent."""
    with loopback.name_server(udp, tcp) as server, pytest.raises(LookupFailure) as failure:
        names.resolve(HOST, (Server(*server),), PATIENCE)
    assert re.fullmatch(rf"lookup {HOST} on {HERE}: {words}", str(failure.value)), failure.value
    assert silent == failure.value.timed_out


def test_a_port_that_nobody_listens_on_refuses() -> None:
    """ICMP says so at once."""
    nobody = Server(loopback.LOCALHOST, loopback.unused())
    with pytest.raises(LookupFailure, match="read: connection refused"):
        names.resolve(HOST, (nobody,), PATIENCE)


def test_without_servers_there_are_no_names() -> None:
    """DHCP options may list none."""
    with pytest.raises(LookupFailure, match=f"lookup {HOST}: no such host"):
        names.resolve(HOST, (), PATIENCE)
