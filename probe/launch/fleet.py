"""A run of one subject or of many: one probe a subnet for all that share their network and role."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from probe.diagnosis.case import Case
from probe.launch import intended, ladder, premises
from probe.launch.cohorts import Cohort, are_alike, gathered
from probe.launch.telling import Tell
from probe.launch.wishes import Wish
from probe.model import Noun, Plan, Spec
from probe.plan import OversizedPlanError
from probe.report.document import Report
from probe.report.wording import subject


class Part(Noun, frozen=True, kw_only=True):
    """A cohort and the requests that have it measured."""

    cohort: Cohort
    plan: Plan


def carrier(specs: Sequence[Spec], wish: Wish, tell: Tell) -> Wish:
    """The wish, by functions alone where a VPC without a service has no role to pull the probe's image."""
    for spec in specs:
        if spec.service is None:
            wish = premises.carrier(spec, wish, tell)
    return wish


def planned(cases: Sequence[Case], wish: Wish) -> tuple[Part, ...]:
    """The fewest runs that tell of every case.  Raises ``OversizedPlanError`` for one that fits in none."""

    def fits(cohort: Cohort) -> bool:
        try:
            plan = ladder.requests(cohort.whole, wish)
        except OversizedPlanError:
            return False
        return are_alike(cohort) or all(run.work.logs for run in plan.runs)

    return tuple(
        Part(cohort=cohort, plan=ladder.requests(cohort.whole, wish)) for cohort in gathered(cases, fits)
    )


def requests(parts: Sequence[Part], wish: Wish, tell: Tell) -> Iterator[dict[str, Any]]:
    """What each run would ask of AWS, exactly."""
    return (intended.requests(part.cohort.whole, part.plan, wish, tell) for part in parts)


def climb(
    session: Any, parts: Sequence[Part], wish: Wish, *, tell: Tell, suppose: Callable[[Case], None]
) -> tuple[Report, ...]:
    """Every run, one after another, and each subject's report in the order in which they were asked for."""
    found: dict[int, Report] = {}
    for part in parts:
        if len(parts) > 1 or len(part.cohort.members) > 1:
            names = ", ".join(subject(member.spec) for member in part.cohort.members)
            tell(f"{names}: one probe in each of {len(part.plan.runs)} subnets")
        reports = ladder.climb(session, part.cohort, part.plan, wish, tell=tell, suppose=suppose)
        found |= dict(zip(part.cohort.places, reports, strict=True))
    return tuple(found[place] for place in sorted(found))
