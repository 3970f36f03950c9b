"""Each name server over each transport, and the system resolver, told apart."""

from __future__ import annotations

import socket
import threading

import pytest

from probe.checks import dns
from probe.model import Kind, Layer, Status
from probe.vantage import name_servers
from tests.loopback import Zone, name_server
from tests.vantages import NAME, kinds, target, vantage

GOOD = Zone(a=("192.0.2.1", "192.0.2.2"), aaaa=("2001:db8::1",))


@pytest.mark.parametrize(
    ("udp", "tcp", "expected"),
    [
        (GOOD, GOOD, {"resolve-udp": "pass", "resolve-tcp": "pass"}),
        (None, GOOD, {"resolve-udp": "timeout", "resolve-tcp": "pass"}),
        (GOOD, None, {"resolve-udp": "pass", "resolve-tcp": "timeout"}),
        (
            Zone(rcode="NXDOMAIN"),
            Zone(rcode="SERVFAIL"),
            {"resolve-udp": "name-not-found", "resolve-tcp": "server-failure"},
        ),
        (Zone(rcode="REFUSED"), Zone(), {"resolve-udp": "query-refused", "resolve-tcp": "no-data"}),
        (
            Zone(aaaa=("2001:db8::1",)),
            Zone(rcode="NOTIMP"),
            {"resolve-udp": "no-data", "resolve-tcp": "server-failure"},
        ),
        (Zone(truncate=True), GOOD, {"resolve-udp": "pass", "resolve-tcp": "pass"}),
        (Zone(a=("192.0.2.1",), drop=1), GOOD, {"resolve-udp": "pass", "resolve-tcp": "pass"}),
    ],
    ids=["both", "no-udp", "no-tcp", "rcodes", "refused", "only-aaaa", "truncated", "one-packet-lost"],
)
def test_each_transport_is_judged_alone(udp: Zone | None, tcp: Zone | None, expected: dict[str, str]) -> None:
    """What a name server does over one transport says nothing about the other."""
    with name_server(udp, tcp) as server:
        here = vantage(servers=[server], timeout=0.4 if "timeout" in expected.values() else 4.0)
        told = list(dns.ask_directly(target(), (), here))
    assert expected == dict(kinds(told))


def test_answers_of_both_families_are_recorded_with_their_server() -> None:
    """The facts hold the server, IPv4 answers and IPv6 answers."""
    zone = Zone(a=("192.0.2.1",), aaaa=GOOD.aaaa)
    with name_server(zone, zone) as server:
        told = list(dns.ask_directly(target(), (), vantage(servers=[server])))
    assert 2 * [
        {
            "server": "127.0.0.1",
            "rcode": "NOERROR",
            "answers": ("192.0.2.1",),
            "aaaa": ("2001:db8::1",),
        }
    ] == [one.facts for one in told]


def test_aaaa_answers_that_cannot_be_had_are_no_failure() -> None:
    """A server that swallows AAAA questions, as some do, passes with its IPv4 answers."""
    with name_server(Zone(a=("192.0.2.1",), last=1), GOOD) as server:
        told = dns.ask_directly(target(), (), vantage(servers=[server], timeout=0.4))
        found = {one.operation: (one.status.value, one.facts.get("aaaa")) for one in told}
    assert ("pass", None) == found["resolve-udp"]


def test_a_truncated_answer_says_so() -> None:
    """Truncation is a fact, since only then is DNS over TCP needed."""
    with name_server(Zone(truncate=True), GOOD) as server:
        told = dns.ask_directly(target(), (), vantage(servers=[server]))
        found = {one.operation: one.facts.get("truncated") for one in told}
    assert {"resolve-udp": 1, "resolve-tcp": None} == found


def test_every_server_is_asked() -> None:
    """Two name servers make four questions."""
    with name_server(GOOD, GOOD) as first, name_server(GOOD, GOOD) as second:
        told = list(dns.ask_directly(target(), (), vantage(servers=[first, second])))
    assert 4 == len(told)


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), Kind.NAME_NOT_FOUND, "EAI_NONAME"),
        (socket.gaierror(socket.EAI_NODATA, "No address"), Kind.NO_DATA, "EAI_NODATA"),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure"), Kind.SERVER_FAILURE, "EAI_AGAIN"),
        (UnicodeError("label too long"), Kind.INVALID_REFERENCE, None),
    ],
    ids=["no-name", "no-data", "again", "no-host-name"],
)
def test_the_system_resolver_is_judged_by_its_number(error: Exception, kind: Kind, code: str | None) -> None:
    """The resolver's own number is kept, since EAI_AGAIN is silence as well as SERVFAIL."""
    (told,) = dns.check(target(), (), vantage(addresses=error))
    assert told.failure is not None
    assert (kind, code) == (told.failure.kind, told.failure.code)


def test_a_name_with_ipv6_addresses_alone_is_no_data() -> None:
    """IPv4 is judged; the AAAA answers are recorded."""
    (told,) = dns.check(target(), (), vantage(addresses={NAME: ["2001:db8::1"]}))
    assert (Status.FAIL, ("2001:db8::1",)) == (told.status, told.facts["aaaa"])


def test_a_resolver_that_hangs_is_left_behind() -> None:
    """A lookup that does not return is a timeout after one step's time."""
    released = threading.Event()
    here = vantage(timeout=0.1)
    object.__setattr__(here, "look_up", lambda *_: released.wait(5) and [])
    (told,) = dns.check(target(), (), here)
    released.set()
    assert [("resolve-system", "timeout")] == kinds([told])


def test_an_address_is_its_own_answer() -> None:
    """A host that is written as an address is not looked up."""
    (told,) = dns.check(target(host="192.0.2.7"), (), vantage(addresses=OSError("asked")))
    assert (("192.0.2.7",), Layer.DNS) == (told.facts["answers"], told.layer)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (("127.0.0.1", 53),)),
        ("search x\nnameserver 192.0.2.1\n# nameserver 192.0.2.9\nnameserver\n", (("192.0.2.1", 53),)),
        ("nameserver 192.0.2.1\nnameserver 2001:db8::1", (("192.0.2.1", 53), ("2001:db8::1", 53))),
    ],
    ids=["none", "one", "two"],
)
def test_name_servers_are_read_as_libc_reads_them(text: str, expected: tuple[tuple[str, int], ...]) -> None:
    """Without a name server libc asks this machine."""
    assert expected == name_servers(text)
