"""From observations and configuration to the one object to change.

Measured beats configured: packets and answers say what is broken, configuration names what to change.
Pure: the same case gives the same findings, live or replayed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import msgspec

from probe.diagnosis import answers, dns, identity, images, logs, network, references, start, whole
from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clue, Symptom
from probe.diagnosis.folding import fold, sift
from probe.diagnosis.hypotheses import enriched, from_stops
from probe.diagnosis.symptoms import symptoms
from probe.model import Finding

__all__ = ["Case", "diagnose"]

_TOPICS = (
    dns.clues,
    network.clues,
    answers.clues,
    references.clues,
    images.clues,
    identity.clues,
    logs.clues,
)
"""In the order in which they are asked about a symptom; the first that knows a cause decides."""

_OF_A_DESTINATION = frozenset(
    {"endpoint-sg-blocks-ingress", "path-blocked-unexplained", "dns-name-not-found", "connection-refused"}
)
"""Codes that have a better name where the far end is a log destination or a file system."""


def diagnose(case: Case) -> tuple[Finding, ...]:
    """Every cause that a case shows, the worst first; without outcomes, hypotheses at *inferred*."""
    found = tuple(
        chain(
            start.clues(case),
            (clue for symptom in symptoms(case) for clue in of(case, enriched(case, symptom))),
            from_stops(case),
            references.mangled(case),
            logs.lost_events(case),
            whole.open_paths(case),
            start.probe_pulls(case),
        )
    )
    findings = fold(case, sift(case, found))
    known = {(finding.code, finding.subject) for finding in findings}
    offline = tuple(one for one in case.offline if (one.code, one.subject) not in known)
    return (*offline, *findings) if findings or offline else fold(case, whole.healthy(case))


def of(case: Case, symptom: Symptom) -> Iterator[Clue]:
    """The causes of one symptom; a measured one always has at least one."""
    credentials = images.refused_credentials(case, symptom)
    if credentials is not None:
        yield credentials
        return
    found: tuple[Clue, ...] = ()
    for topic in _TOPICS:
        found = tuple(topic(case, symptom))
        if found:
            break
    yield from _renamed(case, symptom, found)
    if not found and symptom.observation is not None and not symptom.warning:
        yield network.unexplained(case, symptom)


def _renamed(case: Case, symptom: Symptom, found: tuple[Clue, ...]) -> tuple[Clue, ...]:
    """A path that nothing shuts, or a group of no endpoint of ours, under the name of what it was for."""
    destination = logs.destination(case, symptom)
    if destination is None:
        return found
    return tuple(_as(clue, destination) for clue in found)


def _as(clue: Clue, destination: Clue) -> Clue:
    if clue.code not in _OF_A_DESTINATION:
        return clue
    detail = {**destination.detail, "gate": clue.subject}
    return msgspec.structs.replace(clue, code=destination.code, subject=destination.subject, detail=detail)
