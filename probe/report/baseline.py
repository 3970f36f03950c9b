"""What a run shows against an earlier one: what broke, what healed, and what moved without breaking.

Compared is what people mean by the same thing: a subnet, a target, a layer.  Addresses come and go, and so
do the numbers of AWS's issuing authorities; which subnets the addresses lie in, and who issues, do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from probe.model import Layer, Observation, Severity, Spec, Status
from probe.report.changes import Change, Comparison, Direction, Seen, Where, change
from probe.report.document import Report
from probe.report.moves import moves
from probe.report.wording import subject

_WORSE = (Status.FAIL, Status.ERROR, Status.NO_REPORT)


def objection(before: Spec, now: Spec) -> str | None:
    """Why a run says nothing about an earlier one; ``None`` where the two can be compared."""
    was, asked = _about(before), _about(now)
    if was != asked:
        return f"it is about {was}, and this run about {asked}"
    if not set(before.subnets) & set(now.subnets):
        return f"it is about {', '.join(before.subnets)}, and none of these subnets is probed now"
    return None


def counterpart(before: Sequence[Report], now: Spec) -> Report:
    """Of a baseline's reports the one of the same service, or role where there is none, or its only one.

    A ``ValueError`` where none of several is about it.
    """
    found = [one for one in before if _whose(one.spec) == _whose(now)]
    if not found and len(before) > 1:
        kept = ", ".join(subject(one.spec) for one in before)
        raise ValueError(f"it is about {kept}, and this run about {subject(now)}")
    return (*found, *before)[0]


def _whose(spec: Spec) -> tuple[str | None, str | None]:
    return spec.service, None if spec.service else spec.execution_role


def _about(spec: Spec) -> str:
    where = f"account {spec.account} in {spec.region}"
    return f"service {spec.service} in {spec.cluster} of {where}" if spec.service else where


def compare(baseline: str, before: Seen, now: Seen) -> Comparison:
    """The differences in subnets and targets that both runs measured and this one needs."""
    known = {target.name for target in before.case.targets}
    places = [
        Where(subnet, target.name)
        for target in now.case.targets
        for subnet in now.case.spec.subnets
        if target.needed and target.name in known and subnet in before.case.spec.subnets
    ]
    found = [one for where in places for one in _at(before, now, where)]
    named = _named(before, now, found)
    changes = tuple(_folded([*found, *named, *moves(before, now, places)]))
    worse = any(one.direction is Direction.BROKE for one in changes)
    return Comparison(baseline=baseline, changes=changes, worse=worse)


def _at(before: Seen, now: Seen, where: Where) -> Iterator[Change]:
    """The lowest layer that broke or healed: the ones above follow it."""
    for layer in Layer:
        was, is_now = (seen.cells.get((*where, layer), Status.SKIP) for seen in (before, now))
        if was is Status.PASS and is_now in _WORSE:
            yield change(Direction.BROKE, where, layer, was, _kinds(now, where, layer) or is_now)
            return
        if was is Status.FAIL and is_now is Status.PASS:
            yield change(Direction.HEALED, where, layer, _kinds(before, where, layer) or was, is_now)
            return


def _kinds(seen: Seen, where: Where, layer: Layer) -> str:
    """How a layer failed, in words that hold in every subnet."""
    failed = (one.failure for one in _observed(seen, where) if one.layer is layer)
    return ", ".join(dict.fromkeys(failure.kind.value for failure in failed if failure))


def _observed(seen: Seen, where: Where) -> Iterator[Observation]:
    here = (outcome for outcome in seen.case.outcomes if outcome.subnet == where.subnet)
    return (one for outcome in here for one in outcome.observations if one.target == where.target)


def _named(before: Seen, now: Seen, found: Iterable[Change]) -> Iterator[Change]:
    """Faults that are new in cells which were broken before, or pass with a warning."""
    told = {(one.target, subnet) for one in found for subnet in one.subnets}
    known = {(one.code, one.subject) for one in before.findings}
    for one in now.findings:
        places = {(target, subnet) for target in one.targets for subnet in one.subnets}
        if one.severity is Severity.INFORMATION or (one.code, one.subject) in known or places & told:
            continue
        yield Change(
            direction=Direction.BROKE,
            target=one.subject,
            what=one.code,
            before="not found",
            after=one.severity.value,
            subnets=one.subnets or now.case.spec.subnets,
        )


def _folded(changes: Iterable[Change]) -> Iterator[Change]:
    """The same change in several subnets is one."""
    alike: dict[Change, list[str]] = {}
    for one in changes:
        alike.setdefault(replace(one, subnets=()), []).extend(one.subnets)
    for one, subnets in alike.items():
        yield replace(one, subnets=tuple(dict.fromkeys(subnets)))
