"""From observations and configuration to the one object to change.

Measured beats configured: packets and answers say what is broken, configuration names what to change.
Pure: the same case gives the same findings, live or replayed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, groupby

import msgspec

from probe.diagnosis import (
    answers,
    dns,
    exposure,
    identity,
    images,
    logs,
    network,
    own_image,
    references,
    start,
    whole,
)
from probe.diagnosis.borrowed import enriched
from probe.diagnosis.case import Case
from probe.diagnosis.catalogue import CATALOGUE
from probe.diagnosis.clues import Clue, Symptom
from probe.diagnosis.folding import fold, one_culprit, sift
from probe.diagnosis.hypotheses import from_stops
from probe.diagnosis.symptoms import symptoms
from probe.model import Finding, Fix

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
            _of_symptoms(case),
            from_stops(case),
            references.mangled(case),
            logs.lost_events(case),
            logs.unheard(case),
            exposure.broken_assertions(case),
            own_image.probe_pulls(case),
        )
    )
    findings = fold(case, sift(case, one_culprit(found)))
    known = {(finding.code, finding.subject) for finding in findings}
    offline = tuple(_mended(case, one) for one in case.offline if (one.code, one.subject) not in known)
    return (*offline, *findings) if findings or offline else fold(case, whole.healthy(case))


def _mended(case: Case, finding: Finding) -> Finding:
    """A finding of the definition alone: it holds in every subnet, and its service is known here."""
    mend = CATALOGUE[finding.code].mend
    fix = Fix(cli=mend(case, (Clue(code=finding.code, subject=finding.subject),)))
    return msgspec.structs.replace(finding, subnets=case.spec.subnets, fix=fix)


def _of_symptoms(case: Case) -> Iterator[Clue]:
    """The causes of what fails, target by target: a red cell always has at least one."""
    for _, group in groupby(symptoms(case), key=lambda symptom: (symptom.subnet, symptom.target.name)):
        shown = tuple(enriched(case, symptom) for symptom in group)
        found = tuple(clue for symptom in shown for clue in of(case, symptom))
        yield from found
        red = (one for one in shown if one.observation is not None and not one.warning)
        if not found and (left := next(red, None)) is not None:
            yield network.unexplained(case, left)


def of(case: Case, symptom: Symptom) -> tuple[Clue, ...]:
    """The causes of one symptom, by the first topic that knows any."""
    found = (tuple(topic(case, symptom)) for topic in _TOPICS)
    return _renamed(case, symptom, next((clues for clues in found if clues), ()))


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
