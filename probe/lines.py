"""The probe's own lines, both sides: written by the container, read back at the desk.

One JSON object a line, ``{"event": NAME, ...}``, with fixed names.  A line that is larger than an event of
CloudWatch Logs travels in chunks.  Nothing here opens a file or a socket.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from typing import Any, BinaryIO

import msgspec

from probe import forms
from probe.model import Observation

STARTED, OBSERVATION, FINISHED = "probe.started", "observation", "probe.finished"
DELIVERY, CHUNK = "delivery", "chunk"

OVERHEAD = 26
EVENT_LIMIT = 262_144
BATCH_LIMIT = 1_048_576
BATCH_EVENTS = 10_000
"""CloudWatch Logs' quotas: what an event costs besides its own bytes, an event's, a request's, its events."""

_ENVELOPE = 256
_ESCAPED = 4
"""Bytes that a chunk's other keys take at most, and that one character of a JSON text takes at most."""

Event = tuple[int, bytes]
"""A line and when it was written: milliseconds since 1970."""


def encode(event: str, data: dict[str, Any]) -> bytes:
    """One line, without its newline."""
    return msgspec.json.encode({"event": event, **data})


def logger(stream: BinaryIO, kept: list[Event]) -> Any:
    """A structlog logger that writes lines to a stream, at once, and keeps them for delivery."""
    import structlog

    def render(_: object, __: str, data: MutableMapping[str, Any]) -> bytes:
        line = encode(data.pop("event"), dict(data))
        kept.append((int(time.time() * 1000), line))
        return line

    return structlog.wrap_logger(structlog.BytesLogger(stream), processors=[render])


def events(kept: Sequence[Event]) -> Iterator[Event]:
    """The lines as CloudWatch takes them: what is too large in chunks."""
    for number, (when, line) in enumerate(kept):
        yield from ((when, piece) for piece in chunks(number, line))


def chunks(number: int, line: bytes) -> tuple[bytes, ...]:
    """The line itself where CloudWatch takes it, else chunks of it, which ``number`` tells from others'."""
    if len(line) + OVERHEAD <= EVENT_LIMIT:
        return (line,)
    text, size = line.decode(), (EVENT_LIMIT - OVERHEAD - _ENVELOPE) // _ESCAPED
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    return tuple(
        encode(CHUNK, {"line": number, "part": part, "of": len(pieces), "text": piece})
        for part, piece in enumerate(pieces)
    )


def batches(events: Iterable[Event]) -> Iterator[list[Event]]:
    """The events in order, cut into what one PutLogEvents takes."""
    batch: list[Event] = []
    size = 0
    for when, line in events:
        cost = len(line) + OVERHEAD
        if batch and (size + cost > BATCH_LIMIT or len(batch) == BATCH_EVENTS):
            yield batch
            batch, size = [], 0
        batch.append((when, line))
        size += cost
    if batch:
        yield batch


def parse(texts: Iterable[str]) -> tuple[tuple[Observation, ...], bool]:
    """The observations of a log and whether it is complete: finished, with as many as it says.

    Lines that are not ours, and ones cut in the middle, are passed over.
    """
    found: list[Observation] = []
    announced: int | None = None
    for line in _joined(texts):
        match line:
            case {"event": "observation", "observation": dict() as written}:
                found += _observation(written)
            case {"event": "probe.finished", "observations": int() as count}:
                announced = count
    return tuple(found), announced == len(found)


def _joined(texts: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Every object among the lines; chunks where the last of theirs came."""
    parts: dict[int, dict[int, str]] = {}
    for line in _objects([line for text in texts for line in text.split("\n")]):
        match line:
            case {"event": "chunk", "line": int() as number, "part": int() as part, "text": str() as text}:
                pieces = parts.setdefault(number, {})
                pieces[part] = text
                if len(pieces) == line.get("of"):
                    yield from _objects(["".join(pieces[one] for one in sorted(pieces))])
            case _:
                yield line


def _objects(lines: Sequence[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            yield msgspec.json.decode(line, type=dict[str, Any])
        except msgspec.DecodeError:
            continue


def _observation(written: dict[str, Any]) -> list[Observation]:
    try:
        return [forms.converted(written, Observation)]
    except msgspec.ValidationError:
        return []
