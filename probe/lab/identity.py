"""Things to which AWS gave an id, and how they are found by it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Identified(Protocol):
    """Anything that AWS gave an id."""

    @property
    def id(self) -> str: ...


Thing = TypeVar("Thing", bound=Identified)


def by_id(things: Iterable[Thing]) -> dict[str, Thing]:
    """The same things, to be found by id."""
    return {thing.id: thing for thing in things}
