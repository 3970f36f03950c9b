"""A proxy on the way: connecting includes its consent, and what follows goes through it."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
import trustme
from msgspec.structs import replace

from probe.checks import tcp, tls
from probe.model import Layer, Observation, Target
from tests.authority import shown, trusting
from tests.loopback import LOCALHOST, Serve, closing, listener, reset, saying, secured, silent
from tests.vantages import NAME, passed, target, vantage

OURS = trustme.CA(organization_name="Lab Authority")
ASKED = f"{NAME}:443"


def proxy(answer: bytes, then: Serve = silent) -> Serve:
    """A proxy that reads one request, answers it, and then is whatever stands behind it."""

    def serve(client: socket.socket) -> None:
        asked = b""
        while not asked.endswith(b"\r\n\r\n"):
            asked += client.recv(1)
        client.sendall(
            answer if asked.startswith(f"CONNECT {ASKED} HTTP/1.1".encode()) else b"HTTP/1.1 400 \r\n\r\n"
        )
        then(client)

    return serve


def tunnelled(port: int) -> Target:
    """The host behind a proxy on this machine."""
    return replace(target(port, service="host", host=LOCALHOST), tunnel=ASKED)


def connect(serve: Serve) -> Observation:
    """What connecting through this proxy comes to."""
    with listener(serve) as port:
        (told,) = tcp.check(tunnelled(port), (), vantage(timeout=1.0))
    return told


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n", "pass"),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "refused"),
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "refused"),
    ],
    ids=["open", "forbidden", "unknown-caller"],
)
def test_a_proxy_says_whether_the_host_can_be_reached(answer: bytes, expected: str) -> None:
    """Its refusal is named with the proxy, the host and its own words."""
    told = connect(proxy(answer))
    assert expected == (told.failure.kind.value if told.failure else told.status.value)
    if told.failure:
        assert (
            f"answered CONNECT {ASKED} with {answer.decode().split(maxsplit=1)[1].strip()}"
            in told.failure.words
        )


def test_a_proxy_that_hangs_up_is_closed() -> None:
    """Half an answer is none."""
    told = connect(closing)
    assert told.failure is not None
    assert "closed" == told.failure.kind.value


def test_tls_goes_through_the_tunnel() -> None:
    """The certificate that counts is the host's, by the host's name."""
    serve = proxy(b"HTTP/1.1 200 OK\r\n\r\n", secured(shown(OURS, NAME), silent))
    with listener(serve) as port:
        (told,) = tls.check(tunnelled(port), passed("connect", Layer.TCP), vantage(trust=trusting(OURS)))
    assert ("pass", "Lab Authority") == (told.status.value, told.facts["issuer"])


def test_an_issuer_that_the_proxy_lets_nobody_ask_for_stays_unnamed() -> None:
    """The chain was not trusted all the same."""
    stranger = trustme.CA(organization_name="Intercepting Proxy")
    opens = proxy(b"HTTP/1.1 200 OK\r\n\r\n", secured(shown(stranger, NAME), silent))
    answers = iter([opens, proxy(b"HTTP/1.1 403 Forbidden\r\n\r\n")])

    def serve(client: socket.socket) -> None:
        next(answers)(client)

    with listener(serve) as port:
        (told,) = tls.check(tunnelled(port), passed("connect", Layer.TCP), vantage(trust=trusting(OURS)))
    assert told.failure is not None
    assert ("certificate-untrusted", False) == (told.failure.kind.value, "issuer" in told.facts)


@pytest.mark.parametrize(
    ("serve", "status", "because"),
    [
        (lambda: secured(shown(OURS, NAME), silent), "pass", None),
        (lambda: secured(shown(OURS, "other.example.test"), silent), "fail", None),
        (lambda: closing, "skip", "it does not speak TLS (closed)"),
        (lambda: reset, "skip", "it does not speak TLS (reset)"),
        (lambda: silent, "skip", "it does not speak TLS (timeout)"),
        (lambda: saying(b"5.7.44-MySQL\0"), "skip", "it does not speak TLS (tls-rejected)"),
    ],
    ids=["tls", "wrong-host", "postgres", "reset", "silent", "mysql"],
)
def test_a_port_need_not_speak_tls(serve: Callable[[], Serve], status: str, because: str | None) -> None:
    """A database's answer is no fault, nor long waited for; a certificate that is wrong still is."""
    with listener(serve()) as port:
        optional = replace(target(port, service="host"), optional=(Layer.TLS,))
        here = vantage(trust=trusting(OURS), timeout=15, unneeded_timeout=0.5)
        (told,) = tls.check(optional, passed("connect", Layer.TCP), here)
    assert (status, because, True) == (told.status.value, told.because, told.took < here.timeout)
