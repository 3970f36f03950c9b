"""The service's own stop reasons as hypotheses, while nothing was measured."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from probe.diagnosis import identity, images, logs, references
from probe.diagnosis.case import Case, is_silent
from probe.diagnosis.clues import Clue, Symptom
from probe.evidence.demands import PULL
from probe.model import Call, Confidence, Failure, Kind, Layer, Observation, Road, Status, Stop, Target
from probe.stopped import Cause, Stage, StopReason, decode

_KINDS = {
    Cause.IAM: Kind.ACCESS_DENIED,
    Cause.ENDPOINT_POLICY: Kind.ACCESS_DENIED,
    Cause.KMS: Kind.ACCESS_DENIED,
    Cause.NOT_FOUND: Kind.NOT_FOUND,
    Cause.REFERENCE: Kind.INVALID_REFERENCE,
    Cause.PLATFORM: Kind.PLATFORM_MISMATCH,
    Cause.RATE_LIMIT: Kind.THROTTLED,
}
_PULLS = frozenset({Stage.IMAGE_MANIFEST, Stage.IMAGE_LAYER})


_KEY = re.compile(r"did not contain json key (\S+)")
"""What the agent says of a secret that it read and of which it names nothing else."""
_KEY_STATE = re.compile(r":kms:\S+ is (?:disabled|pending (?:deletion|import))", re.IGNORECASE)
"""What KMS says of a key that decrypts for nobody, through whichever service."""


def supposed(stops: Iterable[Stop]) -> tuple[str, ...]:
    """What stopped tasks of a service said, decoded, one line each: all that is known before a run."""
    said = (decode("; ".join([stop.reason, *stop.container_reasons])) for stop in stops)
    return tuple(dict.fromkeys(map(_line, said)))


def _line(said: StopReason) -> str:
    causes = " or ".join(cause.value for cause in said.causes)
    where = " ".join(filter(None, [said.service or said.host, said.address]))
    return f"a task stopped at {said.stage.value}: {causes}{f' ({where})' if where else ''}"


def from_stops(case: Case) -> Iterator[Clue]:
    """What stop reasons name that configuration cannot show: a denial, an absent secret, a wrong image.

    They are of another task and an earlier time, so a measurement replaces them.
    """
    if not is_silent(case):
        return
    for stop in case.spec.stops:
        symptom = symptom_of(case, decode(stop.reason))
        if symptom is None:
            continue
        for topic in (references.clues, images.clues, identity.clues, logs.clues):
            found = tuple(topic(case, symptom))
            yield from (_guess(clue, stop.reason) for clue in found)
            if found:
                break


def symptom_of(case: Case, said: StopReason) -> Symptom | None:
    """A stop reason of one definite cause as a symptom of the target that it speaks of."""
    kind = Kind.KEY_UNUSABLE if _KEY_STATE.search(said.text) else _KINDS.get(said.causes[0])
    target = next((one for one in case.targets if one.needed and _speaks_of(case, said, one)), None)
    if kind is None or target is None or len(said.causes) > 2 or not case.spec.subnets:  # noqa: PLR2004  # it cannot tell
        return None
    key = _KEY.search(said.text)
    call = _call(target, said, key[1] if key else None)
    failure = Failure(
        operation=call.operation,
        kind=kind,
        words=said.text,
        code="key-missing" if key else None,
        action=said.action,
        resource=said.resource if said.action else None,
        policy=said.policy,
        explicit=said.explicit,
    )
    observation = Observation(
        target=target.name,
        layer=Layer.CALL,
        operation=call.operation,
        status=Status.FAIL,
        road=Road.STOP_REASON,
        reference=call.reference or None,
        failure=failure,
        facts={"key": key[1]} if key else {},
    )
    return Symptom(subnet="", target=target, layer=Layer.CALL, observation=observation)


def _speaks_of(case: Case, said: StopReason, target: Target) -> bool:
    """Whether a reason is about a target: an image's by the pull that it names, else by the service.

    Words about a platform name no image: they are of the only one there is.
    """
    if not _is_of_image(said):
        return target.service == said.service
    named = (said.resource or "").partition("@")[0].removeprefix("docker.io/").removeprefix("library/")
    at = said.host or named.partition("/")[0]
    images = _images(target)
    if not at:
        return bool(images) and len({image for one in case.targets for image in _images(one)}) == 1
    return bool(images) and (named in images or at == target.host)


def _is_of_image(said: StopReason) -> bool:
    """Whether an image is at fault: it could not be pulled, or nothing in it runs on the task's platform."""
    return said.stage in _PULLS or said.causes == (Cause.PLATFORM,)


def _images(target: Target) -> set[str]:
    return {call.reference for call in target.calls if call.needed and call.operation == PULL}


def _call(target: Target, said: StopReason, key: str | None) -> Call:
    """The call that the reason names, by its resource or its key, else the first there is of its kind."""
    wanted = PULL if _is_of_image(said) else None
    calls = [call for call in target.calls if call.needed and wanted in {None, call.operation}]
    named = [call for call in calls if said.resource and said.resource in {call.reference, call.operation}]
    named += [call for call in calls if key and call.arguments.get("key") == key]
    return (named + calls + [Call(operation=said.action or "call")])[0]


def _guess(clue: Clue, reason: str) -> Clue:
    return msgspec.structs.replace(
        clue, level=Confidence.INFERRED, said=(f"a stopped task of the service says: {reason}", *clue.said)
    )
