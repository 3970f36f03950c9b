"""What is said of a run as a whole: that nothing is wrong here, or that too much is open."""

from __future__ import annotations

from collections.abc import Iterator

from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clue, Clues, Rule, Symptom, about, nothing
from probe.diagnosis.reach import is_public, walked
from probe.diagnosis.symptoms import works
from probe.evidence.flows import Gate
from probe.model import Layer, Severity, Status
from probe.stopped import decode


def healthy(case: Case) -> Iterator[Clue]:
    """Everything needed works from every subnet, wholly reported, and still tasks stop."""
    complete = {outcome.subnet for outcome in case.outcomes if outcome.complete}
    needed = [target for target in case.targets if target.needed]
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


def open_paths(case: Case) -> Iterator[Clue]:
    """What somebody asserted to be closed or private, and was reached all the same."""
    for outcome in case.outcomes:
        for target in case.targets:
            for one in outcome.observations:
                if (one.target, one.layer, one.status) != (target.name, Layer.TCP, Status.PASS):
                    continue
                symptom = Symptom(subnet=outcome.subnet, target=target, layer=one.layer, observation=one)
                if f"{target.host}:{target.port}" in case.expect_blocked:
                    yield about("unexpected-access", symptom.at, symptom)
                elif case.expect_private and target.service != "host" and _is_public(case, symptom):
                    yield about("unexpected-public-path", target.service, symptom)


def _is_public(case: Case, symptom: Symptom) -> bool:
    """A public address by itself: S3 keeps its own through a gateway endpoint, which is private still."""
    return symptom.address is not None and is_public(case, symptom) and not _through_gateway(case, symptom)


def _through_gateway(case: Case, symptom: Symptom) -> bool:
    hops = walked(case, symptom, symptom.address)
    return any(hop.gate is Gate.ENDPOINT and hop.subject.startswith("vpce-") for hop in hops)


def _healthy_why(_: Case, clues: Clues) -> str:
    told = [decode(line.partition(": ")[2]) for line in clues[0].said]
    following = next((step for reason in told for step in reason.next), "")
    after = f" Look next at: {following}." if following else ""
    return (
        "Everything a start needs works from every subnet, so what stops these tasks comes after it: health "
        "checks, "
        f"the application's exit code, memory.{after}"
    )


def _public_why(_: Case, clues: Clues) -> str:
    return f"{clues[0].subject} was reached over a public address, and --expect-private asks for none."


def _access_why(_: Case, clues: Clues) -> str:
    return f"{clues[0].subject} could be reached, and --expect-blocked says that it must not be."


RULES = (
    Rule("start-path-healthy", "The start path is healthy", _healthy_why, nothing, Severity.INFORMATION),
    Rule("unexpected-public-path", "A service is reached over a public address", _public_why, nothing),
    Rule("unexpected-access", "A host that must be blocked can be reached", _access_why, nothing),
)
