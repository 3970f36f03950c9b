"""What a short road leaves open, filled in with the words of a stop reason about the same step.

An exit code names the layer; the service's own stopped task says which request, or which certificate.
"""

from __future__ import annotations

import re

import msgspec

from probe.diagnosis.case import Case
from probe.diagnosis.clues import Symptom
from probe.diagnosis.hypotheses import symptom_of
from probe.exits import failed_call
from probe.model import Failure, Kind, Layer, Road
from probe.stopped import decode

_TLS = (
    (Kind.CERTIFICATE_WRONG_HOST, r"valid for .{0,400}, not |doesn't contain any|not valid for"),
    (Kind.CERTIFICATE_EXPIRED, r"expired|not yet valid"),
    (Kind.CERTIFICATE_UNTRUSTED, r"unknown authority|self.signed|not trusted"),
    (Kind.TIMEOUT, r"handshake timeout|i/o timeout"),
    (Kind.RESET, r"\beof\b|reset by peer|handshake failure|closed"),
)
_TCP = (
    (Kind.RESET, r"\bdial tcp .*reset by peer"),
    (Kind.REFUSED, r"connection refused"),
)
_HTTP = (
    (Kind.NOT_THE_SERVICE, r"deserialization failed"),
    (Kind.THROTTLED, r"\b429\b|503 slow down|throttl|too ?many ?requests|rate exceeded"),
    (Kind.SERVICE_FAILED, r"\b50\d\b|internal ?(?:server ?)?error|unavailable"),
)
_WORDS = {Layer.TCP: _TCP, Layer.TLS: _TLS, Layer.HTTP: _HTTP}
"""Go's words for what failed in a layer, the certificate before the connection."""


def enriched(case: Case, symptom: Symptom) -> Symptom:
    """A symptom of a short road with what stop reasons add to it; any other symptom as it is."""
    match symptom.road, symptom.layer:
        case Road.EXIT_CODE, Layer.CALL:
            return _named_request(case, symptom)
        case Road.EXIT_CODE, (Layer.TCP | Layer.TLS | Layer.HTTP):
            told = (stop.reason for stop in case.spec.stops)
            about = (words for words in told if decode(words).service == symptom.target.service)
            return next((found for words in about if (found := _told(symptom, words)) is not None), symptom)
        case Road.STOP_REASON, (Layer.TLS | Layer.HTTP):
            return _told(symptom, symptom.failure.words if symptom.failure is not None else "") or symptom
        case _:
            return symptom


def _told(symptom: Symptom, words: str) -> Symptom | None:
    """The symptom with the kind that words name for its layer."""
    rows = _WORDS[symptom.layer] if symptom.layer is not None else ()
    kind = next((kind for kind, pattern in rows if re.search(pattern, words, re.IGNORECASE)), None)
    if kind is None or symptom.observation is None:
        return None
    failure = Failure(operation=symptom.observation.operation, kind=kind, words=words)
    observation = msgspec.structs.replace(symptom.observation, failure=failure)
    return msgspec.structs.replace(symptom, observation=observation)


def _alike(one: Symptom, other: Symptom) -> bool:
    """Whether both failed in a way that an exit code does not tell apart."""
    return (
        one.kind is not None and other.kind is not None and failed_call(one.kind) is failed_call(other.kind)
    )


def _named_request(case: Case, symptom: Symptom) -> Symptom:
    """The request that the service's own task was refused, where it failed in the same way."""
    told = (symptom_of(case, decode(stop.reason)) for stop in case.spec.stops)
    same = (one for one in told if one is not None and one.target == symptom.target and _alike(one, symptom))
    found = next(same, None)
    if found is None or found.observation is None:
        return symptom
    observation = msgspec.structs.replace(found.observation, road=Road.EXIT_CODE)
    return msgspec.structs.replace(symptom, observation=observation)
