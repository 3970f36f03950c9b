"""What is said of a run as a whole: that nothing is wrong here."""

from __future__ import annotations

from collections.abc import Iterator

from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clue, Clues, Rule, nothing
from probe.diagnosis.symptoms import works
from probe.model import Severity
from probe.stopped import decode


def healthy(case: Case) -> Iterator[Clue]:
    """Everything needed works from every subnet, wholly reported, and still tasks stop."""
    complete = {outcome.subnet for outcome in case.outcomes if outcome.complete}
    needed = [target for target in case.targets if target.needed and not target.blocked]
    sound = all(works(case, subnet, target) for subnet in case.spec.subnets for target in needed)
    proven = not any(call.withheld for target in needed for call in target.calls)
    if (
        case.spec.service
        and case.spec.stops
        and needed
        and sound
        and proven
        and complete >= set(case.spec.subnets)
    ):
        said = tuple(f"{stop.task.rpartition('/')[2]}: {stop.reason}" for stop in case.spec.stops[:3])
        yield Clue(code="start-path-healthy", subject=case.spec.service.rpartition("/")[2], said=said)


def _healthy_why(_: Case, clues: Clues) -> str:
    told = [decode(line.partition(": ")[2]) for line in clues[0].said]
    following = next((step for reason in told for step in reason.next), "")
    after = f" Look next at: {following}." if following else ""
    return (
        "Everything a start needs works from every subnet, so what stops these tasks comes after it: health "
        f"checks, the application's exit code, memory.{after}"
    )


RULES = (
    Rule("start-path-healthy", "The start path is healthy", _healthy_why, nothing, Severity.INFORMATION),
)
