"""Every search in the order in which things depend on each other, and what is done about each find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from probe.launch.leftovers import ecs, functions, streams
from probe.launch.leftovers.things import Fate, Found, Leftover, Line, Scope
from probe.launch.refusals import asking, code_of
from probe.launch.refused import RefusedError

_GONE = frozenset({"NoSuchEntity", "ResourceNotFoundException"})

_BUSY = "ResourceConflictException"


def sweep(session: Any, scope: Scope) -> Iterator[Line]:
    """Take away everything that is left, a line for each; the scope's ``dry_run`` only says it.

    A search that is refused is a line too, and the others go on.
    """
    young: set[str] = set()
    for found in _everything(session, scope):
        line = _line(found, scope, young)
        if isinstance(found, Leftover) and line.fate is Fate.KEPT:
            young.add(found.run)
        yield line


def _everything(session: Any, scope: Scope) -> Iterator[Found]:
    yield from ecs.tasks(session, scope.cluster)
    yield from ecs.definitions(session)
    yield from functions.functions(session)
    yield from functions.roles(session)
    yield from functions.interfaces(session)
    yield from streams.groups(session)
    if scope.log_groups is not None:
        yield from streams.streams(session, scope.log_groups)


def _line(found: Found, scope: Scope, young: set[str]) -> Line:
    """What becomes of one find; ``young`` are the runs of which something was kept for its age."""
    if isinstance(found, RefusedError):
        return Line(fate=Fate.UNSEEN, text=f"{found}; {found.advice}")
    age = None if found.made is None else max(scope.now - found.made, timedelta())
    text = f"{found.kind} {found.name} of run {found.run}{f', {spoken(age)} old' if age is not None else ''}"
    spared = _spared(found, age, scope, young)
    if spared is not None:
        return Line(fate=Fate.KEPT, text=f"{text}: {spared}")
    if found.remove is None:
        return Line(fate=Fate.LEFT, text=f"{text}: AWS releases it some time after its function is gone")
    if scope.dry_run:
        return Line(fate=Fate.WOULD_GO, text=text)
    return _removed(text, found.remove, found)


def _spared(found: Leftover, age: timedelta | None, scope: Scope, young: set[str]) -> str | None:
    """Why something is kept: it may belong to a run that is still under way."""
    limit = spoken(scope.older_than)
    if age is not None:
        return f"younger than {limit}" if age < scope.older_than else None
    if found.run in young:
        return f"its run is younger than {limit}"
    return "its age is not known" if scope.older_than and found.remove is not None else None


def _removed(text: str, remove: Callable[[], str], found: Leftover) -> Line:
    try:
        with asking(text, found.action, found.name):
            said = remove()
    except RefusedError as refused:
        code = code_of(refused.__cause__) if isinstance(refused.__cause__, ClientError) else ""
        if code in _GONE:
            return Line(fate=Fate.REMOVED, text=f"{text}: it was gone already")
        if code == _BUSY:
            return Line(fate=Fate.LEFT, text=f"{text}: AWS is still busy making it")
        return Line(fate=Fate.REFUSED, text=f"{refused}; {refused.advice}")
    return Line(fate=Fate.REMOVED, text=f"{text}: {said}" if said else text)


def spoken(age: timedelta) -> str:
    """An age in its largest whole unit: ``45 s``, ``12 min``, ``3 h``, ``2 d``."""
    seconds = int(age.total_seconds())
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
