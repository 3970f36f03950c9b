"""Hosts that speak no TLS: a scenario's own, and the mount targets of file systems.

A database behaves so towards a stranger: it takes the connection, does not like what it reads, and closes.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterable
from typing import NamedTuple

from probe.lab import netns

_PATIENCE = 10.0

Open = Callable[[str, str, int], socket.socket]
"""Opens a listening socket: namespace, address, port."""


class Server(NamedTuple):
    """Where to listen."""

    namespace: str
    address: str
    port: int


class Servers:
    """Serves whatever ``apply`` was last given."""

    def __init__(self, open_: Open = netns.listen) -> None:
        self._open = open_
        self._sockets: dict[Server, socket.socket] = {}

    def apply(self, servers: Iterable[Server]) -> None:
        """Listen exactly there; servers that stay keep their sockets."""
        wanted = set(servers)
        for gone in self._sockets.keys() - wanted:
            _close(self._sockets.pop(gone))
        for new in wanted - self._sockets.keys():
            self._sockets[new] = self._open(*new)
            threading.Thread(target=_accept, args=(self._sockets[new],), daemon=True).start()


def _close(listening: socket.socket) -> None:
    """Closing alone would leave it listening for as long as a thread waits in ``accept``."""
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()


def _accept(listening: socket.socket) -> None:
    # The socket is closed when the server is gone.
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=_serve, args=(connection,), daemon=True).start()


def _serve(connection: socket.socket) -> None:
    connection.settimeout(_PATIENCE)
    with connection, contextlib.suppress(OSError):
        connection.recv(1)
