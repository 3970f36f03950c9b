"""The nouns of cleaning: what was found, where to look, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from probe.launch.refusals import asking
from probe.launch.refused import RefusedError
from probe.plan.requests import TAG

PREFIX = "run-probe-"
"""What the names of a run's functions and roles begin with."""


class Fate(StrEnum):
    """What became of one thing, or of the search for it."""

    REMOVED = "removed"
    WOULD_GO = "would remove"
    KEPT = "kept"
    LEFT = "still there"
    REFUSED = "could not remove"
    UNSEEN = "could not look"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the account of a cleaning."""

    fate: Fate
    text: str

    def __str__(self) -> str:
        return f"{self.fate}: {self.text}"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Where to look, and from which age on; log streams only in groups that begin with ``log_groups``.

    Ages are counted to ``now``, one moment for all, so that two things of a run are of one age.
    """

    older_than: timedelta
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    cluster: str | None = None
    log_groups: str | None = None
    dry_run: bool = False


@dataclass(frozen=True, kw_only=True)
class Leftover:
    """One thing of a run.  ``made`` is unknown where AWS tells no time of creation.

    ``remove`` raises AWS's errors and answers what is to be said besides, ``action`` is IAM's for it;
    ``remove`` is ``None`` for what only AWS can take away.
    """

    kind: str
    name: str
    run: str
    made: datetime | None = None
    action: str = ""
    remove: Callable[[], str] | None = None


Found = Leftover | RefusedError
"""A thing, or a part of the search that was refused."""


def looking(what: str, action: str, found: Iterable[Found], resource: str = "*") -> Iterator[Found]:
    """What a search finds; where AWS refuses it, the refusal takes the place of what is not seen."""
    try:
        with asking(f"cannot look for {what}", action, resource):
            yield from found
    except RefusedError as refused:
        yield refused


def run_of(tags: Iterable[Mapping[str, str]]) -> str | None:
    """The run that made a thing, by its tag in any of AWS's spellings; ``None`` for somebody else's."""
    pairs = ({name.lower(): value for name, value in tag.items()} for tag in tags)
    return next((pair["value"] for pair in pairs if pair["key"] == TAG), None)
