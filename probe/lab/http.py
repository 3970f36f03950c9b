"""HTTP/1.1 on one connection: requests read, answers written, kept alive as long as the client likes."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from email.utils import formatdate

import h11

from probe.lab.wire import Answer, Request

_CHUNK = 65536
_BODILESS = frozenset({204, 304})
_FAILED = Answer(
    500, {"content-type": "application/json"}, b'{"__type": "InternalFailure", "message": "the lab broke"}'
)


def serve(
    connection: socket.socket, answer: Callable[[Request], Answer], endpoint: str | None, source: str
) -> None:
    """Answer request after request until the client goes away or stops making sense."""
    state = h11.Connection(h11.SERVER)
    while True:
        try:
            request = _read(connection, state, endpoint, source)
        except h11.RemoteProtocolError:
            return
        if request is None:
            return
        reply = _FAILED
        try:
            reply = answer(request)
        finally:
            # A fault of the lab's own looks like one of AWS's; the thread ends with its traceback on stderr.
            _write(connection, state, request, reply)
        if state.our_state is not h11.DONE:
            return
        state.start_next_cycle()


def _read(
    connection: socket.socket, state: h11.Connection, endpoint: str | None, source: str
) -> Request | None:
    head: h11.Request | None = None
    body = bytearray()
    for event in _events(connection, state):
        match event:
            case h11.Request():
                head = event
            case h11.Data():
                body += event.data
            case h11.EndOfMessage():
                break
            case _:
                return None
    if head is None:
        return None
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in head.headers}
    host = headers.get("host", "").partition(":")[0]
    headers.pop("transfer-encoding", None)
    return Request(head.method.decode(), host, head.target.decode(), headers, bytes(body), endpoint, source)


def _events(connection: socket.socket, state: h11.Connection) -> Iterator[object]:
    while True:
        event = state.next_event()
        if event is h11.NEED_DATA:
            if state.they_are_waiting_for_100_continue:
                connection.sendall(state.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
            state.receive_data(connection.recv(_CHUNK))
        else:
            yield event


def _write(connection: socket.socket, state: h11.Connection, request: Request, answer: Answer) -> None:
    headers = {"date": formatdate(usegmt=True), **answer.headers}
    body = b"" if request.method == "HEAD" or answer.status in _BODILESS else answer.body
    if request.method != "HEAD" or "content-length" not in headers:
        headers["content-length"] = str(len(answer.body))
    if answer.status in _BODILESS:
        headers.pop("content-length")
    head = h11.Response(status_code=answer.status, headers=list(headers.items()), reason=b"")
    parts = [
        state.send(head),
        state.send(h11.Data(data=body)) if body else b"",
        state.send(h11.EndOfMessage()),
    ]
    connection.sendall(b"".join(part or b"" for part in parts))
