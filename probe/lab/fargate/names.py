"""Names as Go's resolver looks them up: A records, every server in turn, twice, TCP after truncation."""

from __future__ import annotations

import socket
from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype

PATIENCE_FLOOR = 0.7
"""Seconds below which no query is given up: the lab's resolver shares a few cores with the agent."""

_ROUNDS = 2


class LookupFailure(Exception):
    """Go's words after ``dial tcp: ``; ``timed_out`` is whether a server was only silent."""

    def __init__(self, words: str, *, timed_out: bool = False) -> None:
        super().__init__(words)
        self.timed_out = timed_out


@dataclass(frozen=True)
class Server:
    """A name server; the port is 53 outside of tests."""

    address: str
    port: int = 53

    def __str__(self) -> str:
        return f"{self.address}:{self.port}"


def resolve(host: str, servers: tuple[Server, ...], patience: float) -> tuple[str, ...]:
    """The IPv4 addresses of a name; ``patience`` is seconds per query.

    Raises LookupFailure: at once when a server says that there is no such name, and after two rounds
    when the servers are silent or fail.
    """
    if _is_address(host):
        return (host,)
    last = LookupFailure(f"lookup {host}: no such host")
    for _ in range(_ROUNDS):
        for server in servers:
            try:
                answer = _ask(host, server, patience)
            except (OSError, dns.exception.DNSException) as error:
                last = _silence(host, server, error)
                continue
            verdict = _read(host, server, answer)
            if isinstance(verdict, tuple):
                return verdict
            last = verdict
            if answer.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
                raise last
    raise last


def _is_address(host: str) -> bool:
    try:
        socket.inet_aton(host)
    except OSError:
        return False
    return host.count(".") == 3  # noqa: PLR2004 - inet_aton takes "10.1" for an address, Go does not


def _ask(host: str, server: Server, patience: float) -> dns.message.Message:
    query = dns.message.make_query(host.rstrip(".") + ".", dns.rdatatype.A)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(patience)
        udp.connect((server.address, server.port))
        udp.send(query.to_wire())
        try:
            answer = dns.message.from_wire(udp.recv(4096), ignore_trailing=True)
        except OSError as error:
            raise _on_socket(udp, error) from None
    if not answer.flags & dns.flags.TC:
        return answer
    try:
        return dns.query.tcp(query, server.address, patience, server.port)
    except (OSError, dns.exception.Timeout) as error:
        raise _on_tcp(server, error) from None


class _GoError(OSError):
    """An OSError that already has Go's words."""


def _on_socket(udp: socket.socket, error: OSError) -> _GoError:
    here, there = udp.getsockname(), udp.getpeername()
    words = "i/o timeout" if isinstance(error, TimeoutError) else "read: connection refused"
    return _GoError(f"read udp {here[0]}:{here[1]}->{there[0]}:{there[1]}: {words}")


def _on_tcp(server: Server, error: OSError | dns.exception.Timeout) -> _GoError:
    silent = isinstance(error, TimeoutError | dns.exception.Timeout)
    return _GoError(f"dial tcp {server}: {'i/o timeout' if silent else 'connect: connection refused'}")


def _silence(host: str, server: Server, error: Exception) -> LookupFailure:
    words = str(error) if isinstance(error, _GoError) else f"dial udp {server}: {_plain(error)}"
    return LookupFailure(f"lookup {host} on {server}: {words}", timed_out="i/o timeout" in words)


def _plain(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"connect: {error.strerror.lower()}"
    return "cannot unmarshal DNS message"


def _read(host: str, server: Server, answer: dns.message.Message) -> tuple[str, ...] | LookupFailure:
    found = tuple(
        record.address for records in answer.answer if records.rdtype == dns.rdatatype.A for record in records
    )
    if answer.rcode() == dns.rcode.NOERROR and found:
        return found
    missing = answer.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)
    return LookupFailure(f"lookup {host} on {server}: {'no such host' if missing else 'server misbehaving'}")
