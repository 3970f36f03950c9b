"""From observations to symptoms: what is needed and does not work, subnet by subnet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from probe.diagnosis.case import Case
from probe.diagnosis.clues import Symptom
from probe.model import Layer, Observation, Road, Status, Target

_WHOLE = frozenset({Road.LOG, Road.FUNCTION})
_TELLING = 200
_DECIDED = frozenset({Status.PASS, Status.FAIL})


def symptoms(case: Case) -> tuple[Symptom, ...]:
    """Every target that is needed or wanted and fails, or was not measured, in every subnet of the service.

    A start goes without what is only wanted: that fails as a warning.
    """
    return tuple(
        replace(symptom, warning=symptom.warning or not target.needed)
        for subnet in case.spec.subnets
        for target in case.targets
        if (target.needed or target.wanted) and not target.blocked
        for symptom in of_target(target, subnet, heard(case, subnet, target.name))
    )


def heard(case: Case, subnet: str, target: str) -> tuple[Observation, ...]:
    """What is known of a target in a subnet, from the fullest road that tells anything."""
    here = [
        one
        for outcome in case.outcomes
        if outcome.subnet == subnet
        for one in outcome.observations
        if one.target == target
    ]
    whole = tuple(one for one in here if one.road in _WHOLE)
    if not any(one.status in _DECIDED for one in whole):
        return tuple(here)
    met = tuple(one for one in here if one.road is Road.STOP_REASON and one.status is Status.FAIL)
    return (*(one for one in whole if not _belied(one, met)), *met)


def _belied(one: Observation, met: tuple[Observation, ...]) -> bool:
    """A function's success where ECS's own start failed: it is the task's way that counts."""
    return one.status is Status.PASS and any(one.operation == other.operation for other in met)


def of_target(target: Target, subnet: str, seen: tuple[Observation, ...]) -> Iterator[Symptom]:
    """The symptoms of the lowest layer in which nothing works, and the partial failures below it.

    Behind a name that does not resolve nobody tried the path, which may be shut as well.
    """
    if not any(one.status in _DECIDED for one in seen):
        yield Symptom(subnet=subnet, target=target)
        return
    for layer in target.layers:
        here = [one for one in seen if one.layer is layer]
        works = any(one.status is Status.PASS and _decides(one) for one in here)
        failed = [one for one in here if one.status is Status.FAIL and (works or _decides(one))]
        yield from (_symptom(target, subnet, one, warning=works) for one in failed)
        if failed and not works:
            yield from (_symptom(target, subnet, one) for one in here if _beside(one))
            if layer is Layer.DNS and Layer.TCP in target.layers:
                yield Symptom(subnet=subnet, target=target, layer=Layer.TCP)
            return
    yield from (_symptom(target, subnet, one) for one in _as_planned(target, seen))


def _symptom(target: Target, subnet: str, one: Observation, *, warning: bool = False) -> Symptom:
    return Symptom(subnet=subnet, target=target, layer=one.layer, observation=one, warning=warning)


def _decides(one: Observation) -> bool:
    """The system resolver alone decides DNS, as in the container."""
    return one.layer is not Layer.DNS or one.operation == "resolve-system"


def _beside(one: Observation) -> bool:
    """The questions to single name servers say why the system resolver failed."""
    return one.status is Status.FAIL and not _decides(one)


def _as_planned(target: Target, seen: tuple[Observation, ...]) -> list[Observation]:
    """The needed calls that failed, in the plan's order: they were made at once, and any may answer first."""
    order = {(call.operation, call.reference): at for at, call in enumerate(target.calls)}
    failed = [one for one in seen if _is_needed_call(target, one)]
    return sorted(failed, key=lambda one: order.get((one.operation, one.reference or ""), len(order)))


def _is_needed_call(target: Target, one: Observation) -> bool:
    if one.layer is not Layer.CALL or one.status is not Status.FAIL:
        return False
    needed = {(call.operation, call.reference) for call in target.calls if call.needed}
    return (one.operation, one.reference or "") in needed or one.road not in _WHOLE


def sentence(symptom: Symptom) -> str:
    """A symptom in one line: what was tried from where, how it ended, and which road told it."""
    one = symptom.observation
    if one is None:
        return f"{symptom.subnet}: nobody measured {symptom.target.name}"
    where = f"{symptom.at} at {one.address}" if one.address else symptom.at
    how = f"{one.failure.kind.value}: {_tail(one.failure.words)}" if one.failure else one.status.value
    tried = f"{one.facts['attempts']} attempts in " if "attempts" in one.facts else ""
    took = f" after {tried}{one.took:.1f} s" if one.took else ""
    about = f" {one.reference}" if one.reference else ""
    return f"{symptom.subnet}: {one.operation}{about} to {where}: {how}{took} ({one.road.value})"


def _tail(words: str) -> str:
    """The end of long words: a stop reason begins with what every one of them says."""
    return words if len(words) <= _TELLING else f"... {words[-_TELLING:].partition(' ')[2]}"


def mention(symptom: Symptom) -> str:
    """A symptom by its place in the matrix."""
    layer = "not measured" if symptom.layer is None or symptom.untried else symptom.layer.value
    return f"{symptom.target.name} ({layer}) from {symptom.subnet}"


def works(case: Case, subnet: str, target: Target) -> bool:
    """Whether a target was seen to work whole from a subnet."""
    seen = heard(case, subnet, target.name)
    return any(one.status is Status.PASS for one in seen) and not any(
        not symptom.warning for symptom in of_target(target, subnet, seen)
    )


def named(found: Iterable[str]) -> tuple[str, ...]:
    """Each once, in the order of their first mention, without blanks."""
    return tuple(dict.fromkeys(one for one in found if one))
