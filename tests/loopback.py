"""Servers on this machine's loopback, real sockets on free ports: what the checks are pointed at."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

LOCALHOST = "127.0.0.1"
Serve = Callable[[socket.socket], None]


@contextmanager
def listener(serve: Serve, address: str = LOCALHOST) -> Iterator[int]:
    """A TCP server that gives every connection to ``serve`` in a thread and then closes it; its port."""
    with socket.create_server((address, 0)) as server, ExitStack() as held:
        threading.Thread(target=_accept, args=(server, serve, held), daemon=True).start()
        yield server.getsockname()[1]
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)


def _accept(server: socket.socket, serve: Serve, held: ExitStack) -> None:
    with suppress(OSError):
        while True:
            client = held.enter_context(server.accept()[0])
            client.settimeout(5)
            threading.Thread(target=_handle, args=(serve, client), daemon=True).start()


def _handle(serve: Serve, client: socket.socket) -> None:
    with client, suppress(OSError):
        serve(client)


def silent(client: socket.socket) -> None:
    """Reads whatever comes and never answers."""
    while client.recv(65_536):
        pass


def reset(client: socket.socket) -> None:
    """Reads the first words, then resets the connection."""
    client.recv(65_536)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def closing(client: socket.socket) -> None:
    """Reads the first words, then closes the connection."""
    client.recv(65_536)


def saying(words: bytes) -> Serve:
    """Reads the first words and answers with these, whatever the protocol."""

    def serve(client: socket.socket) -> None:
        client.recv(65_536)
        client.sendall(words)
        silent(client)

    return serve


@contextmanager
def full(address: str = LOCALHOST) -> Iterator[int]:
    """A port that is listened on with a full queue: the kernel drops what comes, as a firewall would."""
    with socket.create_server((address, 0), backlog=0) as server, ExitStack() as queued:
        port = server.getsockname()[1]
        for _ in range(3):
            waiting = queued.enter_context(socket.socket())
            waiting.setblocking(False)  # noqa: FBT003  its only parameter
            waiting.connect_ex((address, port))
        yield port


def unused(address: str = LOCALHOST) -> int:
    """A port on which nobody listens."""
    with socket.create_server((address, 0)) as server:
        port: int = server.getsockname()[1]
        return port


# -- HTTP --------------------------------------------------------------------------------------------


@dataclass
class Pages:
    """An HTTP server's answers by path, each a list that is used up to its last; and what it was asked."""

    answers: Mapping[str, Sequence[bytes]]
    asked: list[str] = field(default_factory=list)

    def __call__(self, client: socket.socket) -> None:
        """Answer one request and close."""
        head = b""
        while b"\r\n\r\n" not in head:
            piece = client.recv(65_536)
            if not piece:
                return
            head += piece
        request = head.decode()
        path = request.split(" ", 2)[1]
        before = sum(one.split(" ", 2)[1] == path for one in self.asked)
        self.asked.append(request)
        answers = self.answers.get(path, [page(404, b"", {})])
        client.sendall(answers[min(before, len(answers) - 1)])


def page(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> bytes:
    """An HTTP answer that closes the connection."""
    lines = {"Content-Length": str(len(body)), "Connection": "close", **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} Some Reason\r\n{head}\r\n".encode() + body


def secured(context: ssl.SSLContext, serve: Serve) -> Serve:
    """The same server behind TLS."""

    def handle(client: socket.socket) -> None:
        with context.wrap_socket(client, server_side=True) as secure:
            serve(secure)

    return handle


# -- DNS ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Zone:
    """What a name server answers: records by type, or an rcode.

    ``drop`` counts the first questions over UDP that it ignores, ``last`` how many it answers at all.
    """

    a: Sequence[str] = ()
    aaaa: Sequence[str] = ()
    rcode: str = "NOERROR"
    truncate: bool = False
    drop: int = 0
    last: int = 1_000

    def answer(self, wire: bytes) -> bytes:
        """The answer to one question."""
        query = dns.message.from_wire(wire)
        question = query.question[0]
        kind = question.rdtype.name
        found = {"A": self.a, "AAAA": self.aaaa}.get(kind, ())
        answer = dns.message.make_response(query)
        answer.set_rcode(dns.rcode.from_text(self.rcode))
        if self.truncate:
            answer.flags |= dns.flags.TC
        elif found:
            answer.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", kind, list(found)))
        return answer.to_wire()


@contextmanager
def name_server(udp: Zone | None, tcp: Zone | None) -> Iterator[tuple[str, int]]:
    """A name server over both transports on one port; ``None`` is one on which it never answers."""

    def serve(client: socket.socket) -> None:
        size = struct.unpack("!H", client.recv(2))[0]
        wire = client.recv(size)
        if tcp is None:
            silent(client)
        else:
            answer = tcp.answer(wire)
            client.sendall(struct.pack("!H", len(answer)) + answer)

    with listener(serve) as port, socket.socket(type=socket.SOCK_DGRAM) as server:
        server.bind((LOCALHOST, port))
        thread = threading.Thread(target=_answer, args=(server, udp), daemon=True)
        thread.start()
        yield LOCALHOST, port
        with socket.socket(type=socket.SOCK_DGRAM) as farewell:
            farewell.sendto(b"", (LOCALHOST, port))
        thread.join()


def _answer(server: socket.socket, zone: Zone | None) -> None:
    asked = 0
    while True:
        wire, peer = server.recvfrom(65_536)
        if not wire:
            return
        if zone is not None and zone.drop <= asked < zone.last:
            server.sendto(zone.answer(wire), peer)
        asked += 1
