"""From every road of a run to one exit code and one word.

A road is an observation, a reporter's exit code, or a stop reason; configuration is none.  The finding's
topic never decides: what was measured does, and what the definition itself forbids.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from probe.diagnosis.case import Case
from probe.diagnosis.exposure import untold
from probe.diagnosis.start import UNPROBED
from probe.exits import DIED, LAYER_EXIT, Exit, failed_call, is_broken, judge, worst
from probe.model import (
    Confidence,
    Finding,
    Layer,
    Observation,
    Outcome,
    Road,
    Severity,
    Status,
    Target,
    Verdict,
)

_TOTALS = ("verdict", "probe")
"""The containers whose exit code speaks for every needed target of their subnet."""

_ABOUT_THE_ROLE = frozenset({"execution-role-missing"})
"""Offline findings about identity; every other one is about a reference."""

_ASSERTIONS = frozenset({"unexpected-access", "unexpected-public-path"})
"""Findings that only an ``--expect-...`` flag raises: it works, and somebody asked that it does not."""

_TOOL = frozenset({Exit.TOOL_BROKE, Exit.USAGE, Exit.NOTHING_TO_PROBE})


def exit_code(case: Case, findings: Iterable[Finding] = ()) -> Exit:
    """The run's code: the lowest broken layer that any road of any subnet names, else 21, else 20.

    What the task definition alone forbids counts like a measurement, and so does what only ECS can have
    tried; 1 to 3 only when nothing was measured.
    """
    if not case.spec.subnets or not any(target.needed for target in case.targets):
        return Exit.NOTHING_TO_PROBE
    code = worst(
        [of_subnet(case.targets, in_subnet(case.outcomes, subnet)) for subnet in case.spec.subnets]
        + [_offline(finding) for finding in case.offline if finding.severity is Severity.ERROR]
        + [Exit.ASSERTION for finding in findings if finding.code in _ASSERTIONS]
        + [Exit.IDENTITY for finding in findings if _is_of_a_start(finding)]
        + [Exit.NO_REPORT for _ in untold(case)]
    )
    if code is Exit.NO_REPORT and any(_is_about_the_service(finding) for finding in findings):
        code = worst(_met(case.outcomes) or [code])
    if code is Exit.NO_REPORT and not _measured(case.outcomes):
        return min((code for code in _totals(case.outcomes) if code in _TOOL), default=code)
    return code


def of_several(codes: Sequence[Exit]) -> Exit:
    """The one code of several reports: as over subnets, and 1 to 3 only where all else is well."""
    rest = min((code for code in codes if code in _TOOL), default=Exit.HEALTHY)
    return worst(codes) or rest


def verdict(code: Exit, findings: Iterable[Finding], *, unproven: bool = False) -> Verdict:
    """The run in one word; a warning shows only where nothing that was tried is broken.

    ``unproven`` is that something needed was not tried, because the operator forbade it.
    """
    if code is Exit.HEALTHY:
        warned = unproven or any(finding.severity is not Severity.INFORMATION for finding in findings)
        return Verdict.WARN if warned else Verdict.PASS
    if is_broken(code):
        return Verdict.FAIL
    return Verdict.NO_REPORT if code is Exit.NO_REPORT else Verdict.ERROR


def in_subnet(outcomes: Iterable[Outcome], subnet: str) -> tuple[Outcome, ...]:
    """Every carrier's outcome of one subnet."""
    return tuple(outcome for outcome in outcomes if outcome.subnet == subnet)


def of_subnet(targets: Sequence[Target], outcomes: Sequence[Outcome]) -> Exit:
    """One subnet's code.  Where the total came by exit code, a target without observations is in it."""
    totals = [code for code in _totals(outcomes) if code not in _TOOL | {Exit.NO_REPORT}]
    seen = [one for outcome in outcomes for one in outcome.observations]
    unanswered = Exit.OUT_OF_TIME if any(outcome.complete for outcome in outcomes) else Exit.NO_REPORT
    judged = [
        _of_target(target, [one for one in seen if one.target == target.name], unanswered)
        for target in targets
        if target.needed
    ]
    told = [code for code in judged if code is not unanswered] if totals else judged
    return worst([*totals, *told, *_about_no_target(targets, seen)])


def _measured(outcomes: Iterable[Outcome]) -> bool:
    answers = {one.status for outcome in outcomes for one in outcome.observations}
    return not answers.isdisjoint({Status.PASS, Status.FAIL})


def _of_target(target: Target, seen: Sequence[Observation], unanswered: Exit) -> Exit:
    judged = judge(target, seen)
    if judged is Exit.OUT_OF_TIME:
        return worst(_named(seen)) if _named(seen) else unanswered
    return worst([judged, *_named(_unplanned(target, seen)), *_named(_met_by_ecs(seen))])


def _met_by_ecs(seen: Iterable[Observation]) -> Iterator[Observation]:
    """What ECS's own start met below the calls; a function beside it may have come through."""
    return (one for one in seen if one.road is Road.STOP_REASON and one.layer is not Layer.CALL)


def _met(outcomes: Iterable[Outcome]) -> list[Exit]:
    """Layers at which ECS's own start of the probe ended, be it at a host that only the probe needs."""
    return _named(_met_by_ecs(one for outcome in outcomes for one in outcome.observations))


def _is_of_a_start(finding: Finding) -> bool:
    """Whether what only ECS tried was refused: a mount, a role, or a pull in the probe's own start.

    What a stopped task of the service said of a pull is a guess, and no start of ours.
    """
    told = Road.STOP_REASON in finding.roads and finding.confidence is not Confidence.INFERRED
    return finding.code in UNPROBED or (finding.code == "identity-policy-denies" and told)


def _is_about_the_service(finding: Finding) -> bool:
    """Whether a finding says that the service's own start is shut, not only the instrument's."""
    return finding.severity is Severity.ERROR and finding.code != "probe-image-not-pullable"


def _unplanned(target: Target, seen: Iterable[Observation]) -> Iterator[Observation]:
    """Calls that only ECS's own start made: a layer's presigned address is refused, though nothing asked."""
    planned = {call.operation for call in target.calls}
    return (one for one in seen if one.layer is Layer.CALL and one.operation not in planned)


def _named(seen: Iterable[Observation]) -> list[Exit]:
    """Layers that a short road names alone: it says which step failed, not that the ones before passed."""
    return [_broken(one) for one in seen if one.status is Status.FAIL and one.road is not Road.LOG]


def _broken(observation: Observation) -> Exit:
    if observation.layer is not Layer.CALL:
        return LAYER_EXIT[observation.layer]
    return failed_call(observation.failure.kind) if observation.failure else Exit.HTTP


def _about_no_target(targets: Sequence[Target], seen: Iterable[Observation]) -> list[Exit]:
    """A refusal that concerns no host of the plan, such as a role that ECS could not assume."""
    names = {target.name for target in targets}
    return _named(one for one in seen if one.target not in names)


def _totals(outcomes: Iterable[Outcome]) -> list[Exit]:
    return [code for outcome in outcomes for code in _total(outcome)]


def _total(outcome: Outcome) -> list[Exit]:
    """The codes that speak; that all is well takes the last reporter, who has read the results."""
    codes = [outcome.exit_codes.get(name) for name in _TOTALS]
    spoken = [Exit(code) for code in codes if code is not None and code not in DIED and code in set(Exit)]
    proven = codes[0] == Exit.HEALTHY
    return [code for code in spoken if proven or code is not Exit.HEALTHY]


def _offline(finding: Finding) -> Exit:
    return Exit.IDENTITY if finding.code in _ABOUT_THE_ROLE else Exit.REFERENCE
