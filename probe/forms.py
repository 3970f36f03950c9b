"""JSON and plain values in the form of a type, read by any number of threads.

msgspec prepares a type where it is first read, and lets a second thread read with what is half prepared: the
interpreter crashes.  So a type is prepared here, by one thread at a time, before anybody reads with it.
"""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_preparing = Lock()


def read(document: bytes | str, form: type[T]) -> T:
    """What a JSON document says.  Raises ``msgspec.DecodeError``, ``UnicodeDecodeError`` for no UTF-8."""
    return _prepared(form).decode(document)


def converted(value: Any, form: type[T]) -> T:
    """A value of dicts, lists and scalars as the type.  Raises ``msgspec.ValidationError``."""
    _prepared(form)
    return msgspec.convert(value, form)


def _prepared(form: type[T]) -> msgspec.json.Decoder[T]:
    with _preparing:
        return _decoder(form)  # type: ignore[arg-type]  # every type is hashable


@cache
def _decoder(form: type[T]) -> msgspec.json.Decoder[T]:
    return msgspec.json.Decoder(form)
