"""How a method of moto is replaced: once, keeping the original within reach of the replacement."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

_MARK = "_lab_mended"


def replace(owner: Any, name: str, make: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Put ``make(original)`` in the original's place.  A second call changes nothing."""
    original = getattr(owner, name)
    if getattr(original, _MARK, False):
        return
    made = functools.wraps(original)(make(original))
    setattr(made, _MARK, True)
    setattr(owner, name, made)


def replace_property(owner: Any, name: str, read: Callable[[Any], Any]) -> None:
    """Put a computed attribute in the place of moto's."""
    setattr(owner, name, property(read))
