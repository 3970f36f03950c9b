"""Hosts that speak no TLS: what they say, where they stand, and that they go."""

from __future__ import annotations

import socket

from probe.lab.servers import Server, Servers


def opened(_: str, address: str, port: int) -> socket.socket:
    """A listening socket on the loopback, whichever namespace was asked for."""
    return socket.create_server((address, port))


def answer(place: Server) -> bytes:
    """What a stranger gets for a byte."""
    with socket.create_connection(place[1:], timeout=10) as connection:
        connection.sendall(b"x")
        return connection.recv(1)


def test_a_server_that_is_gone_leaves_its_place_to_another() -> None:
    """It closes on a stranger; once gone it listens no more, though a thread waits for the next one."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = Server("vpc", "127.0.0.1", free.getsockname()[1])
    servers = Servers(opened)
    servers.apply([place])
    first = [answer(place) for _ in range(20)]
    servers.apply([])
    servers.apply([place])
    assert ([b""] * 20, b"") == (first, answer(place))
    servers.apply([])
