"""The first bytes of TLS: the server name in a ClientHello, read without touching the handshake.  Pure.

RFC 8446 §4.1.2, RFC 6066 §3.
"""

from __future__ import annotations

_RECORD_HEADER = 5
_HANDSHAKE = 22
_CLIENT_HELLO = 1
_SERVER_NAME = 0


def length(head: bytes) -> int:
    """How many bytes the first record has in all, or 0 when its header is not there yet."""
    if len(head) < _RECORD_HEADER:
        return 0
    return _RECORD_HEADER + int.from_bytes(head[3:5])


def server_name(record: bytes) -> str | None:
    """The name a ClientHello asks for, or None: no name, or no ClientHello at all."""
    if len(record) < _RECORD_HEADER + 4 or record[0] != _HANDSHAKE or record[_RECORD_HEADER] != _CLIENT_HELLO:
        return None
    at = _RECORD_HEADER + 4 + 2 + 32  # handshake header, version, random
    at += 1 + record[at]  # session id
    at += 2 + int.from_bytes(record[at : at + 2])  # cipher suites
    at += 1 + record[at]  # compression methods
    return _in_extensions(record[at + 2 : at + 2 + int.from_bytes(record[at : at + 2])])


def _in_extensions(data: bytes) -> str | None:
    at = 0
    while at + 4 <= len(data):
        kind, size = int.from_bytes(data[at : at + 2]), int.from_bytes(data[at + 2 : at + 4])
        body = data[at + 4 : at + 4 + size]
        if kind == _SERVER_NAME:
            # A list's length, an entry's type, the name's length, the name.
            return body[5 : 5 + int.from_bytes(body[3:5])].decode("ascii", "replace") or None
        at += 4 + size
    return None
