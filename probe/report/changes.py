"""The nouns of a comparison: what is compared, and what differs."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from probe.diagnosis.case import Case
from probe.exits import Exit
from probe.model import Finding, Layer, Noun, Status


class Direction(StrEnum):
    """Only what broke is worse."""

    BROKE = "broke"
    HEALED = "healed"
    MOVED = "moved"


class Change(Noun, kw_only=True):
    """One difference.

    ``what`` is a layer, ``way``, ``addresses``, ``issuer``, a step's latency or a finding's code; ``target``
    is a target's name, or that finding's subject.
    """

    direction: Direction
    target: str
    what: str
    before: str
    after: str
    subnets: tuple[str, ...]


class Comparison(Noun, kw_only=True):
    """All differences from a run that started at ``baseline`` (UTC, ISO 8601); ``worse`` if any broke.

    ``exit_code`` is the process's: it differs from the report's own where only regressions were to count.
    """

    baseline: str
    changes: tuple[Change, ...]
    worse: bool
    exit_code: Exit = Exit.HEALTHY


class Seen(Noun, kw_only=True):
    """What one run knows: ``cells`` by (subnet, target, layer), with how each failed; and its case."""

    case: Case
    findings: tuple[Finding, ...]
    cells: dict[tuple[str, str, Layer], Status]


class Where(NamedTuple):
    """The part of two runs that is compared at once."""

    subnet: str
    target: str


def change(direction: Direction, where: Where, what: str, before: str, after: str) -> Change:
    """A change in one place."""
    return Change(
        direction=direction,
        target=where.target,
        what=str(what),
        before=str(before),
        after=str(after),
        subnets=(where.subnet,),
    )
