"""From clues to findings: one a cause, symptoms folded under it, guesses dropped where something was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from probe.diagnosis.case import Case
from probe.diagnosis.catalogue import CATALOGUE, page
from probe.diagnosis.clues import Clue, Clues, Symptom, confidence
from probe.diagnosis.symptoms import mention, named, sentence, works
from probe.model import Confidence, Finding, Fix, Layer, Road, Severity

_SUREST = (Confidence.MEASURED, Confidence.CORROBORATED, Confidence.INFERRED)
_WORST = (Severity.ERROR, Severity.WARNING, Severity.INFORMATION)
_LAYERS, _OWN_IMAGE = "image-layers-unreachable", "probe-image-not-pullable"
_REQUEST, _REPLY = "nacl-blocks-request", "nacl-blocks-reply"
_SHOWN = 8
"""Lines of each kind that a finding shows: forty subnets say the same forty times."""


def fold(case: Case, clues: Iterable[Clue]) -> tuple[Finding, ...]:
    """One finding a (code, subject), the worst first, otherwise in the order of the clues."""
    groups: dict[tuple[str, str], list[Clue]] = {}
    for clue in clues:
        groups.setdefault((clue.code, clue.subject), []).append(clue)
    found = [_finding(case, tuple(group)) for group in groups.values()]
    return tuple(sorted(found, key=lambda finding: _WORST.index(finding.severity)))


def _finding(case: Case, clues: Clues) -> Finding:
    rule = CATALOGUE[clues[0].code]
    seen = [clue.symptom for clue in clues if clue.symptom is not None]
    measured = [symptom for symptom in seen if symptom.observation is not None]
    said = named(line for clue in clues for line in clue.said)
    shown = named(sentence(symptom) for symptom in measured if symptom.subnet)
    roads = {symptom.observation.road for symptom in measured if symptom.observation}
    roads |= {clue.road for clue in clues if clue.road is not None}
    return Finding(
        code=rule.code,
        subject=clues[0].subject,
        severity=_severity(rule.severity, clues),
        confidence=min((confidence(clue) for clue in clues), key=_SUREST.index),
        roads=tuple(sorted(roads, key=list(Road).index)),
        title=rule.title,
        explanation=rule.explain(case, clues) + _spared(seen),
        evidence=(*_shortened(shown), *_shortened(said)),
        fix=Fix(cli=rule.mend(case, clues)),
        docs=page(rule.code),
        subnets=named(clue.subnet for clue in clues),
        targets=named(symptom.target.name for symptom in seen),
        explains=_shortened(named(mention(symptom) for symptom in seen)),
    )


def _spared(symptoms: Iterable[Symptom]) -> str:
    """Who misses what a start goes without."""
    targets = [symptom.target for symptom in symptoms]
    if not targets or any(one.needed or not one.wanted for one in targets):
        return ""
    return f" A start goes without it; it is missed by: {', '.join(named(one.because for one in targets))}."


def _severity(by_rule: Severity, clues: Clues) -> Severity:
    """A warning where every symptom stands beside a success."""
    symptoms = [clue.symptom for clue in clues if clue.symptom is not None]
    warned = bool(symptoms) and all(symptom.warning for symptom in symptoms)
    return Severity.WARNING if warned and by_rule is Severity.ERROR else by_rule


def _shortened(lines: tuple[str, ...]) -> tuple[str, ...]:
    if len(lines) <= _SHOWN:
        return lines
    return (*lines[: _SHOWN - 1], f"and {len(lines) - _SHOWN + 1} more like these")


def one_culprit(clues: tuple[Clue, ...]) -> tuple[Clue, ...]:
    """The clues, one object's under one code: what drops a request comes before what would drop its reply.

    What shuts a name comes before the path behind the name.
    """
    names = {clue.subject: clue.code for clue in clues if clue.hop is not None and _is_of_a_name(clue)}
    requests = {clue.subject: clue.code for clue in clues if clue.code == _REQUEST}
    return tuple(
        _under(clue, names, _is_untried) for clue in (_under(one, requests, _is_reply) for one in clues)
    )


def _under(clue: Clue, codes: dict[str, str], may: Callable[[Clue], bool]) -> Clue:
    return (
        msgspec.structs.replace(clue, code=codes[clue.subject])
        if clue.subject in codes and may(clue)
        else clue
    )


def _is_of_a_name(clue: Clue) -> bool:
    return clue.symptom is not None and clue.symptom.layer is Layer.DNS


def _is_untried(clue: Clue) -> bool:
    return clue.symptom is not None and clue.symptom.untried


def _is_reply(clue: Clue) -> bool:
    return clue.code == _REPLY


def sift(case: Case, clues: tuple[Clue, ...]) -> tuple[Clue, ...]:
    """The clues without the symptoms of one another.

    Layers that could not be fetched fold under what blocks S3 from the same subnet; a probe that could not
    be pulled folds under whatever was found in its subnet.
    """
    causes = [clue for clue in clues if clue.code != _LAYERS]
    shut = {(clue.subnet, clue.symptom.target.service) for clue in causes if clue.symptom}
    told = {clue.subnet for clue in clues if clue.code != _OWN_IMAGE}
    return tuple(
        clue
        for clue in clues
        if not (clue.code == _LAYERS and (clue.subnet, "s3") in shut)
        and not (clue.code == _OWN_IMAGE and clue.subnet in told)
        and not _contradicted(case, clue)
    )


def _contradicted(case: Case, clue: Clue) -> bool:
    """A guess about what was seen to work."""
    if clue.symptom is None or confidence(clue) is not Confidence.INFERRED or clue.level:
        return False
    return works(case, clue.subnet, clue.symptom.target)
