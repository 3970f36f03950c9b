"""The fronts: TLS listeners inside network namespaces, each knowing through which VPC endpoint it is reached.

One thread accepts on every listening socket; a connection has a thread of its own.  A socket stays in the
namespace it was opened in, whichever thread uses it.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from probe.lab import hello, http, netns
from probe.lab.certificates import Certificates, Kind
from probe.lab.cloud import Cloud
from probe.lab.compile.devices import OPERATOR_ADDRESS
from probe.lab.faults import Faults
from probe.lab.names import Place
from probe.lab.wire import Answer, Request

PORT = 443
_PATIENCE = 120.0
"""Seconds that a silent client is waited for."""
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: on, at once — closing sends a reset."""

Open = Callable[[str, str, int], socket.socket]
"""Opens a listening socket: namespace, address, port."""


@dataclass(frozen=True)
class Listener:
    """Where to listen: ``endpoint`` is a VPC endpoint's id (None: public AWS), ``service`` its suffix."""

    namespace: str
    address: str
    endpoint: str | None = None
    service: str | None = None


class Front:
    """Serves the cloud on whatever listeners ``apply`` was last given; ``open_`` opens their sockets."""

    def __init__(self, cloud: Cloud, certificates: Certificates, open_: Open = netns.listen) -> None:
        self._answer, self._names, self._faults = cloud.answer, cloud.names, cloud.faults
        self._certificates, self._open = certificates, open_
        self._sockets: dict[Listener, socket.socket] = {}
        self._lock = threading.Lock()
        self._selector = selectors.DefaultSelector()
        self._wake, self._woken = os.pipe()
        self._selector.register(self._wake, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._accept, name="front", daemon=True)
        self._thread.start()

    def apply(self, listeners: Iterable[Listener]) -> None:
        """Listen exactly there; listeners that stay keep their sockets and connections."""
        wanted = set(listeners)
        with self._lock:
            for gone in self._sockets.keys() - wanted:
                self._drop(self._sockets.pop(gone))
            for new in wanted - self._sockets.keys():
                opened = self._open(new.namespace, new.address, PORT)
                opened.setblocking(False)  # noqa: FBT003 - the standard library's signature
                self._sockets[new] = opened
                self._selector.register(opened, selectors.EVENT_READ, new)
            os.write(self._woken, b"\0")

    def _drop(self, opened: socket.socket) -> None:
        self._selector.unregister(opened)
        opened.close()

    def _accept(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    os.read(self._wake, 64)
                    continue
                # Another thread may have closed it, or the client gone, between the two calls.
                with contextlib.suppress(OSError):
                    connection, _ = key.fileobj.accept()  # type: ignore[union-attr]
                    work = threading.Thread(target=self._serve, args=(connection, key.data), daemon=True)
                    work.start()

    def _serve(self, connection: socket.socket, listener: Listener) -> None:
        connection.settimeout(_PATIENCE)
        with connection, contextlib.suppress(OSError, ssl.SSLError):
            own = self._own_host(connection, listener)
            place = self._names.locate(own) if own else None
            suffix = place.suffix if place else listener.service or ""
            asked, source = _asked(connection), connection.getpeername()[0]
            # What stands on the VPC's way does not stand on that of the person at the desk.
            faults = Faults() if source == OPERATOR_ADDRESS else self._faults
            if _filtered(connection, faults.filters.get(suffix)):
                return
            context = self._context(asked, own, suffix, faults)
            with context.wrap_socket(connection, server_side=True) as secured:
                http.serve(secured, lambda request: self._reply(request, suffix), listener.endpoint, source)

    def _own_host(self, connection: socket.socket, listener: Listener) -> str | None:
        """The plain name of the service behind the address that was dialled."""
        at = self._names.at(connection.getsockname()[0])
        suffix, region = (listener.service, self._names.home) if listener.service else at or ("", "")
        return self._names.host(suffix, region) if suffix else None

    def _context(self, asked: str | None, own: str | None, suffix: str, faults: Faults) -> ssl.SSLContext:
        """The certificate of the name that was asked for, if it is this service's; else its own."""
        place = self._names.locate(asked) if asked else None
        name = asked if asked and place and place.suffix == suffix else own or "unknown.invalid"
        kind: Kind = faults.certificates.get(suffix, "good")
        return self._certificates.context(name, kind, faults.issuers.get(suffix, ""))

    def _reply(self, request: Request, suffix: str) -> Answer:
        place: Place | None = self._names.locate(request.host)
        if place is None or place.suffix != suffix:
            return Answer(404, {"content-type": "text/plain"}, b"no such host here\n")
        return self._answer(request)


def _filtered(connection: socket.socket, how: Literal["reset", "silence"] | None) -> bool:
    if how == "reset":
        _reset(connection)
    elif how == "silence":
        _stay_silent(connection)
    return how is not None


def _asked(connection: socket.socket) -> str | None:
    """The server name in the ClientHello, which stays in the socket's buffer for TLS to read."""
    deadline = time.monotonic() + _PATIENCE
    size = 5
    while time.monotonic() < deadline:
        seen = connection.recv(size, socket.MSG_PEEK)
        size = hello.length(seen) or 5
        if not seen or len(seen) >= size > 5:  # noqa: PLR2004 - a record's header
            return hello.server_name(seen)
        time.sleep(0.001)
    return None


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    connection.close()


def _stay_silent(connection: socket.socket) -> None:
    """Take in what comes and answer nothing, until the client gives up."""
    while connection.recv(65536):
        pass
