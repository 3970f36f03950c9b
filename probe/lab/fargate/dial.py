"""Packets as Fargate's agent sends them: resolve, dial, handshake, one HTTP exchange, with Go's own words.

Fargate's agent is a Go program, and a stop reason quotes Go's errors; so an error here is the text that
Go prints, never Python's.  Everything happens in the network namespace of the calling thread, so that
a packet of the agent passes the task's interface, its groups, its routes and its resolver.
"""

from __future__ import annotations

import errno
import http.client
import re
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from probe.lab.fargate import names

HANDSHAKE_FLOOR = 2.0
"""Seconds below which no handshake or answer is given up: the lab's servers share a few cores with it."""

_HTTPS = 443


class TransportError(Exception):
    """No answer came.  The text is Go's; ``timed_out`` is whether it is only silence."""

    def __init__(self, words: str, *, timed_out: bool = False) -> None:
        super().__init__(words)
        self.timed_out = timed_out


class AbandonedError(Exception):
    """The task is no longer wanted; whoever stopped it has said why."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """How one task reaches the world: its name servers, its trust, and its patience.

    ``stage`` is how many seconds a whole stage waits for a silent peer, all its attempts together;
    ``tries`` how many attempts share them; ``floor`` how many at least a peer gets that has accepted.
    ``wanted`` is asked before every attempt.
    """

    name_servers: tuple[names.Server, ...]
    trust: ssl.SSLContext = field(repr=False)
    stage: float
    tries: int = 3
    floor: float = HANDSHAKE_FLOOR
    wanted: Callable[[], bool] = lambda: True

    @property
    def patience(self) -> float:
        """Seconds that one attempt gives a silent peer."""
        return self.stage / self.tries

    def among(self, tries: int) -> Line:
        """The same line for a stage that tries more, or less, often."""
        return replace(self, tries=tries)

    @property
    def answer_patience(self) -> float:
        """Seconds given to a peer that has accepted the connection."""
        return max(self.patience, self.floor)


@dataclass(frozen=True, kw_only=True)
class Request:
    """One HTTPS request; ``url`` is whole."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Response:
    """What came back.  Header names are lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def fetch(line: Line, request: Request) -> Response:
    """Send a request to the first address that accepts, without following redirects.

    Raises TransportError with the words that follow ``Get "URL": `` in Go's errors, and AbandonedError when
    the task has been stopped meanwhile.
    """
    if not line.wanted():
        raise AbandonedError
    parts = urlsplit(request.url)
    host = parts.hostname or ""
    plain = connect(line, host, parts.port or _HTTPS)
    with plain, _handshake(line, plain, host) as secured:
        return _exchange(secured, host, parts.path + (f"?{parts.query}" if parts.query else ""), request)


def connect(line: Line, host: str, port: int) -> socket.socket:
    """A connection to the first address that accepts.  Raises TransportError."""
    try:
        addresses = names.resolve(host, line.name_servers, max(line.patience / 2, names.PATIENCE_FLOOR))
    except names.LookupFailure as failure:
        raise TransportError(f"dial tcp: {failure}", timed_out=failure.timed_out) from None
    first: TransportError | None = None
    for address in addresses:
        try:
            return socket.create_connection((address, port), line.patience / len(addresses))
        except OSError as error:
            first = first or _dial_error(f"{address}:{port}", error)
    raise first or TransportError(f"dial tcp: lookup {host}: no such host")


def _dial_error(where: str, error: OSError) -> TransportError:
    if isinstance(error, TimeoutError) or error.errno == errno.ETIMEDOUT:
        return TransportError(f"dial tcp {where}: i/o timeout", timed_out=True)
    return TransportError(f"dial tcp {where}: connect: {_go_errno(error)}")


def _go_errno(error: OSError) -> str:
    words = {
        errno.ECONNREFUSED: "connection refused",
        errno.EHOSTUNREACH: "no route to host",
        errno.ENETUNREACH: "network is unreachable",
        errno.ECONNRESET: "connection reset by peer",
        errno.EPIPE: "broken pipe",
        errno.EPERM: "operation not permitted",
        errno.EINVAL: "invalid argument",
    }
    return words.get(error.errno or 0, str(error.strerror or error).lower())


def _handshake(line: Line, plain: socket.socket, host: str) -> ssl.SSLSocket:
    plain.settimeout(line.answer_patience)
    ends = _ends(plain)
    try:
        return line.trust.wrap_socket(plain, server_hostname=host)
    except TimeoutError:
        raise TransportError("net/http: TLS handshake timeout", timed_out=True) from None
    except ssl.SSLCertVerificationError as error:
        raise TransportError(f"tls: failed to verify certificate: x509: {_x509(error, host)}") from None
    except ssl.SSLError as error:
        raise TransportError(_tls_words(error)) from None
    except OSError as error:
        raise _broken(ends, error) from None


def _x509(error: ssl.SSLCertVerificationError, host: str) -> str:
    words = error.verify_message
    if "expired" in words or "not yet valid" in words:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return f"certificate has expired or is not yet valid: current time {now} is outside its validity"
    if "mismatch" in words:
        return f"certificate is not valid for any names, but wanted to match {host}"
    return "certificate signed by unknown authority"


def _tls_words(error: ssl.SSLError) -> str:
    reason = (error.reason or "").lower()
    if isinstance(error, ssl.SSLEOFError) or "eof" in reason:
        return "EOF"
    alert = re.search(r"alert_(.+)", reason)
    if alert:
        return "remote error: tls: " + alert.group(1).replace("_", " ")
    return "tls: first record does not look like a TLS handshake"


def _exchange(secured: ssl.SSLSocket, host: str, target: str, request: Request) -> Response:
    ends = _ends(secured)
    connection = http.client.HTTPConnection(host, timeout=secured.gettimeout())
    connection.sock = secured
    try:
        connection.request(
            request.method, target or "/", request.body or None, {"Host": host, **request.headers}
        )
        answer = connection.getresponse()
        body = answer.read()
    except TimeoutError:
        raise TransportError(
            "net/http: request canceled (Client.Timeout exceeded while awaiting headers)", timed_out=True
        ) from None
    except http.client.RemoteDisconnected:
        raise TransportError("EOF") from None
    except http.client.HTTPException as error:
        raise TransportError(f"net/http: HTTP/1.x transport connection broken: {error}") from None
    except OSError as error:
        raise _broken(ends, error) from None
    headers = {name.lower(): value for name, value in answer.getheaders()}
    return Response(status=answer.status, headers=headers, body=body)


def _ends(plain: socket.socket) -> str:
    here, there = plain.getsockname(), plain.getpeername()
    return f"{here[0]}:{here[1]}->{there[0]}:{there[1]}"


def _broken(ends: str, error: OSError) -> TransportError:
    if isinstance(error, ConnectionResetError):
        return TransportError(f"read tcp {ends}: read: connection reset by peer")
    return TransportError(f"read tcp {ends}: read: {_go_errno(error)}")


def phrase(status: int) -> str:
    """HTTP's own words for a status, as Go prints them after the number."""
    return http.client.responses.get(status, "")
