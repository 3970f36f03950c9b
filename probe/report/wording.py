"""What a finding says, said once: sentences that differ by their subnet alone are one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import assert_never

from probe.model import Confidence, Finding, History, Road, Spec

_HEAD, _TAIL = 120, 80
"""Characters of a long text that a heading keeps: ECS says at the start what failed, at the end where."""


_HOST = re.compile(r"[\w.-]+:\d+")

_BY = {
    Road.LOG: "the probe",
    Road.EXIT_CODE: "the exit codes of the probe's containers",
    Road.STOP_REASON: "ECS's own start of a task",
    Road.FUNCTION: "a function in the same subnet",
}


def subject(spec: Spec) -> str:
    """What a report is about: a service, or tasks to come, by their definition or groups, and their role."""
    tasks = spec.task_definition or ", ".join(spec.security_groups)
    role = f" with role {spec.execution_role.rpartition('/')[2]}" if spec.execution_role else ""
    return spec.service or f"{tasks}{role}"


def certainty(finding: Finding) -> str:
    """How sure it is, and by which roads."""
    by = " and ".join(_BY[road] for road in finding.roads)
    measured = f"measured by {by}" if by else "measured"
    match finding.confidence:
        case Confidence.MEASURED:
            return measured
        case Confidence.CORROBORATED:
            return f"{measured}, {_named_by(finding)}"
        case Confidence.INFERRED:
            of = "what stopped tasks of the service said" if by else "the configuration alone"
            return f"inferred from {of}: nothing could be measured"
        case _:
            assert_never(finding.confidence)


def _named_by(finding: Finding) -> str:
    """What tells the cause besides the measurement: of a host, which no setting names, its road alone."""
    if not _HOST.fullmatch(finding.subject) or {Road.LOG, Road.FUNCTION} & {*finding.roads}:
        return "and the configuration names the object"
    if Road.STOP_REASON in finding.roads:
        return "whose words tell the cause"
    return "which tell the layer, not the kind of failure"


def evidence(finding: Finding) -> tuple[str, ...]:
    """The evidence; a sentence that holds in every subnet of the finding names none."""
    return tuple(_once(finding.evidence, finding.subnets))


def symptoms(finding: Finding) -> str:
    """The symptoms that are not among the evidence, as one text; empty where there are none."""
    unsaid = [text for text in finding.explains if text not in finding.evidence]
    return "; ".join(_once(unsaid, finding.subnets))


def changes(finding: Finding, history: History | None) -> Iterator[str]:
    """Who changed the finding's subject, newest first; that nobody did, or that CloudTrail did not tell."""
    if history is None:
        return
    found = [one for one in history.changes if one.subject == finding.subject]
    for one in found:
        yield f"{one.at} {one.event} by {one.by}" + (f", refused: {one.error}" if one.error else "")
    if finding.subject not in history.answered:
        yield "who changed it is not known: CloudTrail was not asked for it, or did not answer"
    elif not found:
        yield f"no change of it since {history.since} is in CloudTrail"


def middle_out(text: str) -> str:
    """A long text without its middle."""
    if len(text) <= _HEAD + _TAIL:
        return text
    return f"{text[:_HEAD].rpartition(' ')[0]} … {text[-_TAIL:].partition(' ')[2]}"


def _once(texts: Iterable[str], subnets: tuple[str, ...]) -> Iterator[str]:
    """``SUBNET: TEXT`` and ``TEXT from SUBNET`` for several subnets as one, and for all of them as TEXT."""
    places: dict[str, list[str]] = {}
    for text in texts:
        subnet = next(
            (one for one in subnets if text.startswith(f"{one}: ") or text.endswith(f" from {one}")), ""
        )
        bare = text.removeprefix(f"{subnet}: ").removesuffix(f" from {subnet}")
        places.setdefault(bare, []).append(subnet)
    for text, where in places.items():
        some = list(filter(None, where))
        yield f"{', '.join(some)}: {text}" if some and set(some) != set(subnets) else text
