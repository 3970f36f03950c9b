"""The lab's servers on this machine's loopback: what a namespace does elsewhere, a port does here."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import dns.message
import dns.query

ADDRESS = "127.0.0.1"


@dataclass
class Loopback:
    """Opens sockets on free ports and remembers them by namespace and protocol."""

    bundle: Path | None = None
    ports: dict[tuple[str, str], int] = field(default_factory=dict)

    def open(
        self, namespace: str, address: str, port: int, proto: Literal["tcp", "udp"] = "tcp"
    ) -> socket.socket:
        """A listening (or for UDP bound) socket on a free port."""
        assert (address, port) in {("any", 53), ("any", 443)}
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM if proto == "tcp" else socket.SOCK_DGRAM)
        made.bind((ADDRESS, 0))
        if proto == "tcp":
            made.listen()
        self.ports[namespace, proto] = made.getsockname()[1]
        return made

    def connect(self, namespace: str) -> socket.socket:
        """A connection to the front of a namespace."""
        return socket.create_connection((ADDRESS, self.ports[namespace, "tcp"]), timeout=5)

    def handshake(self, namespace: str, host: str) -> ssl.SSLSocket:
        """TLS with a front, its certificate verified against the lab's authority for ``host``."""
        context = ssl.create_default_context(cafile=str(self.bundle))
        connection = self.connect(namespace)
        try:
            return context.wrap_socket(connection, server_hostname=host)
        except (OSError, ssl.SSLError):
            connection.close()
            raise

    def get(
        self, namespace: str, host: str, path: str = "/", headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """One GET: status, headers in lower case, body."""
        connection = http.client.HTTPConnection(host)
        connection.sock = self.handshake(namespace, host)
        try:
            connection.request("GET", path, headers=dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def resolve(
        self, namespace: str, name: str, kind: str = "A", proto: str = "udp", timeout: float = 3
    ) -> dns.message.Message:
        """One question to a name server."""
        query = dns.message.make_query(name, kind)
        ask = dns.query.udp if proto == "udp" else dns.query.tcp
        return ask(query, ADDRESS, port=self.ports[namespace, proto], timeout=timeout)


def addresses(reply: dns.message.Message) -> list[str]:
    """The addresses in an answer, sorted."""
    return sorted(record.to_text() for rrset in reply.answer for record in rrset)
