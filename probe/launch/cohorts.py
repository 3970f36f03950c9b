"""Subjects that one probe a subnet stands in for: most services of a cluster share their network and role.

What is measured once is told to each of them as if it had been probed alone; where it cannot be told apart,
nobody claims to know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TypeVar

from msgspec.structs import replace

from probe import plan
from probe.diagnosis.case import Case
from probe.exits import EXIT_LAYER, Exit
from probe.model import Call, Layer, Noun, Observation, Outcome, Road, Spec, Status, Target

_T = TypeVar("_T")
_TOTALS = frozenset({"verdict", "probe"})
"""Containers whose exit code is about everybody's targets."""

_SHARED = "exit codes of a probe that others share do not tell whose call failed: probe this one alone"


class Cohort(Noun, frozen=True, kw_only=True):
    """Cases with the same groups, role, public address and platform, and the case of all of them together.

    ``places`` are the members' among all cases.
    """

    members: tuple[Case, ...]
    places: tuple[int, ...]
    whole: Case


def gathered(cases: Sequence[Case], fits: Callable[[Cohort], bool]) -> tuple[Cohort, ...]:
    """The fewest cohorts that fit, in the order of their first members."""
    found: list[Cohort] = []
    for place, case in enumerate(cases):
        alone = Cohort(members=(case,), places=(place,), whole=case)
        wider = ((at, _joined(cohort, alone)) for at, cohort in enumerate(found))
        at, cohort = next(((at, one) for at, one in wider if one and fits(one)), (len(found), alone))
        found[at : at + 1] = [cohort]
    return tuple(found)


def _joined(one: Cohort, other: Cohort) -> Cohort | None:
    """Both as one; ``None`` where no probe stands in for all of them."""
    members = (*one.members, *other.members)
    whole = _together(members)
    if whole is None:
        return None
    return Cohort(members=members, places=(*one.places, *other.places), whole=whole)


def are_alike(cohort: Cohort) -> bool:
    """Whether every member needs the same calls, so that exit codes alone speak of each of them."""
    return all(_asked(member) == _asked(cohort.whole) for member in cohort.members)


def apart(cohort: Cohort, measured: Case) -> tuple[Case, ...]:
    """What was measured and read for all, as each member's own; of one alone it is all."""
    if len(cohort.members) == 1:
        return (measured,)
    return tuple(_of(member, measured) for member in cohort.members)


def _together(cases: Sequence[Case]) -> Case | None:
    """One case for all; ``None`` where one probe cannot stand in for every one."""
    first = cases[0]
    if any(_network(case.spec) != _network(first.spec) for case in cases):
        return None
    try:
        targets = plan.together([case.targets for case in cases])
    except ValueError:
        return None
    spec = replace(
        first.spec,
        subnets=_once(case.spec.subnets for case in cases),
        stops=tuple(stop for case in cases for stop in case.spec.stops),
    )
    return replace(first, spec=spec, targets=targets, requirements=_once(case.requirements for case in cases))


def _network(spec: Spec) -> tuple[object, ...]:
    """All that decides what a probe's packets and calls can reach, but for its subnet."""
    return (
        spec.cluster,
        frozenset(spec.security_groups),
        spec.assign_public_ip,
        spec.launch_type,
        spec.capacity_providers,
        spec.platform_version,
        spec.architecture,
        spec.operating_system,
        spec.execution_role,
    )


def _once(parts: Iterable[Iterable[_T]]) -> tuple[_T, ...]:
    found: list[_T] = []
    for one in chain.from_iterable(parts):
        if one not in found:
            found.append(one)
    return tuple(found)


def _asked(case: Case) -> set[tuple[str, str, str]]:
    calls = ((target.name, call) for target in case.targets for call in target.calls if call.needed)
    return {(name, call.operation, call.reference) for name, call in calls}


def _of(member: Case, measured: Case) -> Case:
    groups = member.spec.security_groups or measured.spec.security_groups
    spec = replace(member.spec, security_groups=groups)
    outcomes = (_own(one, member, measured) for one in measured.outcomes if one.subnet in spec.subnets)
    return replace(
        member,
        spec=spec,
        snapshot=measured.snapshot,
        elsewhere=measured.elsewhere,
        outcomes=tuple(outcomes),
    )


def _own(outcome: Outcome, member: Case, measured: Case) -> Outcome:
    """One outcome as the member's: without the steps that others asked for, nor a total that counts them."""
    mine = {target.name: target for target in member.targets}
    all_of = {target.name: target for target in measured.targets}
    seen = tuple(
        told
        for one in outcome.observations
        for told in _told(one, mine.get(one.target), all_of.get(one.target))
    )
    codes = {
        name: code
        for name, code in outcome.exit_codes.items()
        if name not in _TOTALS or code not in {*EXIT_LAYER, Exit.ASSERTION}
    }
    ended = f"{outcome.ended}; {_SHARED}" if any(one.because == _SHARED for one in seen) else outcome.ended
    return replace(outcome, ended=ended, observations=seen, exit_codes=codes)


def _told(one: Observation, mine: Target | None, everybodys: Target | None) -> Iterator[Observation]:
    """What a step says to the member whose target it is.  A step of no plan, ECS's own, is everybody's."""
    if everybodys is None or (mine is not None and one.layer is not Layer.CALL):
        yield one
    elif mine is not None:
        yield from _call(one, mine.calls, everybodys.calls)


def _call(one: Observation, mine: Sequence[Call], everybodys: Sequence[Call]) -> Iterator[Observation]:
    """A call of the member's own, and one that nobody planned; a code may be about any of several."""
    asked = (one.operation, one.reference or "")
    if one.status is Status.FAIL and one.road is Road.EXIT_CODE and one.reference is None:
        yield from _any_of(one, _needed(mine), _needed(everybodys))
    elif asked in _named(mine) or asked not in _named(everybodys):
        yield one


def _any_of(one: Observation, mine: Sequence[Call], everybodys: Sequence[Call]) -> Iterator[Observation]:
    """A code that names a layer, and of several calls none: it is the member's where all of them are."""
    if _named(mine) == _named(everybodys):
        yield one
        return
    for call in mine:
        yield Observation(
            target=one.target,
            layer=Layer.CALL,
            operation=call.operation,
            status=Status.NO_REPORT,
            road=one.road,
            reference=call.reference or None,
            because=_SHARED,
        )


def _needed(calls: Iterable[Call]) -> list[Call]:
    return [call for call in calls if call.needed]


def _named(calls: Iterable[Call]) -> set[tuple[str, str]]:
    return {(call.operation, call.reference) for call in calls}
