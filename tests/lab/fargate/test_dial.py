"""What a packet of the agent meets, in the words of Go, over real sockets."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

import pytest
import trustme

from probe.lab.fargate import dial
from probe.lab.fargate.dial import Line, Request, TransportError
from tests import authority, loopback

Server = Callable[[], AbstractContextManager[int]]

HERE = loopback.LOCALHOST
AUTHORITY = trustme.CA()
STRANGER = trustme.CA()
ENDS = r"127\.0\.0\.1:\d+->127\.0\.0\.1:\d+"


def line(stage: float = 0.9) -> Line:
    return Line(name_servers=(), trust=authority.trusting(AUTHORITY), stage=stage, floor=0.4)


def after_handshake(context: ssl.SSLContext, then: loopback.Serve) -> loopback.Serve:
    """A server that shows its certificate, and then does something else."""

    def serve(client: socket.socket) -> None:
        with context.wrap_socket(client, server_side=True) as secured:
            then(secured)

    return serve


@contextmanager
def nobody() -> Iterator[int]:
    yield loopback.unused()


def greet(client: socket.socket) -> None:
    client.recv(65_536)
    client.sendall(b"HTTP/1.1 200 OK\r\nX-Amzn-RequestId: 7\r\nContent-Length: 2\r\n\r\n{}")


GOOD = authority.shown(AUTHORITY, HERE)
serving = loopback.listener
UNHAPPY = {
    "dropped": (loopback.full, r"dial tcp 127\.0\.0\.1:\d+: i/o timeout", True),
    "refused": (nobody, r"dial tcp 127\.0\.0\.1:\d+: connect: connection refused", False),
    "silent-before-tls": (partial(serving, loopback.silent), r"net/http: TLS handshake timeout", True),
    "reset-after-hello": (
        partial(serving, loopback.reset),
        rf"read tcp {ENDS}: read: connection reset by peer",
        False,
    ),
    "closed-after-hello": (partial(serving, loopback.closing), r"EOF", False),
    "plain-http": (
        partial(serving, loopback.saying(b"HTTP/1.1 200 OK\r\n\r\n")),
        r"tls: first record does not look like a TLS handshake",
        False,
    ),
    "somebody-elses-authority": (
        partial(serving, after_handshake(authority.shown(STRANGER, HERE), greet)),
        r"tls: failed to verify certificate: x509: certificate signed by unknown authority",
        False,
    ),
    "another-name": (
        partial(serving, after_handshake(authority.shown(AUTHORITY, "other.example"), greet)),
        r"tls: failed to verify certificate: x509: certificate is not valid for any names, .*127\.0\.0\.1",
        False,
    ),
    "expired": (
        partial(
            serving,
            after_handshake(authority.shown(AUTHORITY, HERE, until=authority.LONG_AGO), greet),
        ),
        r"tls: failed to verify certificate: x509: certificate has expired or is not yet valid: .*",
        False,
    ),
    "closed-after-tls": (partial(serving, after_handshake(GOOD, loopback.closing)), r"EOF", False),
    "silent-after-tls": (
        partial(serving, after_handshake(GOOD, loopback.silent)),
        r"net/http: request canceled \(Client.Timeout exceeded while awaiting headers\)",
        True,
    ),
}


@pytest.mark.parametrize(("server", "words", "silent"), UNHAPPY.values(), ids=UNHAPPY)
def test_a_failed_exchange_has_gos_words(server: Server, words: str, *, silent: bool) -> None:
    """And says whether it was only silence, which the agent words as a connection issue."""
    with server() as port, pytest.raises(TransportError) as failure:
        dial.fetch(line(), Request(method="GET", url=f"https://{HERE}:{port}/"))
    assert re.fullmatch(words, str(failure.value)), failure.value
    assert silent == failure.value.timed_out


def test_an_answer_comes_with_lower_case_headers() -> None:
    """Status, headers and body of one exchange."""
    with serving(after_handshake(GOOD, greet)) as port:
        answer = dial.fetch(line(), Request(method="GET", url=f"https://{HERE}:{port}/"))
    assert (200, "7", b"{}") == (answer.status, answer.headers["x-amzn-requestid"], answer.body)


def test_a_stage_shares_its_patience_among_its_tries() -> None:
    """Seven tries of a stage give up as soon as three would."""
    assert [3.0, 1.0] == [line(9.0).patience, line(7.0).among(7).patience]
