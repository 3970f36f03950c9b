"""Images: the tag, the digest, the platform, the layers, and the registry's own refusals."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from probe.diagnosis import network
from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clue, Clues, Rule, Symptom, about, nothing, says
from probe.diagnosis.commands import service_update
from probe.diagnosis.definitions import platform, registered
from probe.diagnosis.network import SILENT
from probe.evidence.demands import PULL
from probe.model import Kind, Layer, Observation

_UNTOLD = "untold"
"""The digest of a tag that no road told: exit codes carry none."""


def clues(case: Case, symptom: Symptom) -> Iterator[Clue]:
    """What one failed pull says; what it says about policies is said elsewhere."""
    one = symptom.observation
    if symptom.layer is not Layer.CALL or one is None or one.operation != PULL:
        return
    image = one.reference or symptom.at
    match symptom.kind:
        case Kind.NOT_FOUND:
            yield _absent(case, image, symptom, one)
        case Kind.PLATFORM_MISMATCH:
            have = one.facts.get("platforms", ())
            built = ", ".join(map(str, have)) if isinstance(have, tuple) else str(have)
            yield about("image-platform-mismatch", image, symptom, built=built)
        case Kind.THROTTLED if symptom.target.service == "host":
            yield about("registry-rate-limited", symptom.target.host, symptom)
        case kind if kind in SILENT | {Kind.REFUSED, Kind.RESET}:
            yield from _unfetched(case, symptom, one)
        case Kind.INVALID_REFERENCE:
            yield about("image-not-found", image, symptom)
        case Kind.ACCESS_DENIED if symptom.target.service == "host":
            yield _refused(symptom, one)
        case _:
            return


def _absent(case: Case, image: str, symptom: Symptom, one: Observation) -> Clue:
    """Neither tag nor digest, or the digest that the revision pinned, while its tag is still there."""
    if "hidden" in one.facts:
        secret = _argument(symptom, image, "credentials")
        return about("image-not-found", image, symptom, hidden="true", secret=secret)
    pinned = str(one.facts.get("pinned") or _argument(symptom, image, "pinned").partition("@")[2])
    now = str(one.facts.get("tag_digest", case.elsewhere.get(image, _UNTOLD)))
    if not pinned or not now:
        return about("image-not-found", image, symptom)
    return about("image-digest-gone", image, symptom, pinned=pinned, now=now)


def _unfetched(case: Case, symptom: Symptom, one: Observation) -> Iterator[Clue]:
    """The layers' host did not answer, and what shuts the way to it, where a setting does.

    S3's is a target of its own, which tells that for ECR.
    """
    host = str(one.facts.get("redirect") or symptom.target.host)
    if symptom.target.service != "host":
        yield about("image-layers-unreachable", host, symptom)
        return
    address = str(one.facts.get("redirect_address", "")) or None
    away = msgspec.structs.replace(symptom.target, host=host, port=443)
    dialled = msgspec.structs.replace(one, address=address, layer=Layer.TCP)
    there = msgspec.structs.replace(symptom, target=away, layer=Layer.TCP, observation=dialled)
    causes = [clue for clue in network.clues(case, there) if clue.code in network.OF_A_SETTING]
    shown = (msgspec.structs.replace(clue, symptom=symptom) for clue in causes if address)
    yield from shown if causes and address else (about("image-layers-unreachable", host, symptom),)


def _refused(symptom: Symptom, one: Observation) -> Clue:
    """A registry that is not AWS's and rejects a login, or wants one that the definition does not name."""
    secret = _argument(symptom, one.reference or "", "credentials")
    return about("registry-credentials-invalid", secret or symptom.target.host, symptom, secret=secret)


def _argument(symptom: Symptom, image: str, name: str) -> str:
    """What the plan says besides of an image's pull; empty where it says nothing."""
    calls = (call for call in symptom.target.calls if call.operation == PULL and call.reference == image)
    return next((call.arguments.get(name, "") for call in calls), "")


def _not_found_why(_: Case, clues: Clues) -> str:
    image, detail = clues[0].subject, clues[0].detail
    if "hidden" not in detail:
        return f"The registry was reached and let the role in, and has no {image}."
    who = f"the login of {detail['secret']}" if detail["secret"] else "somebody without credentials"
    return (
        f"The registry does not let {who} pull {image}: it does not exist, or it is private. The registry "
        "says the same in both cases."
    )


def _gone_why(_: Case, clues: Clues) -> str:
    image, detail = clues[0].subject, clues[0].detail
    gone = f"ECS pinned {detail['pinned']} for this revision when it was deployed, and that is gone"
    if detail["now"] == _UNTOLD:
        return f"{gone}. Where {image} still exists, force a new deployment to pin that; else push it again."
    return (
        f"{gone}: {image} was pushed again and means {detail['now']} now. Force a new deployment to pin that."
    )


def _gone_fix(case: Case, _: Clues) -> tuple[str, ...]:
    return service_update(case, force_new_deployment=True)


def _platform_why(case: Case, clues: Clues) -> str:
    built = clues[0].detail.get("built") or "other platforms"
    wanted = f"{case.spec.operating_system}/{case.spec.architecture}"
    return (
        f"The image is built for {built}; the tasks run on {wanted}. Build it for that, or change "
        "runtimePlatform."
    )


def _platform_fix(case: Case, _: Clues) -> tuple[str, ...]:
    return registered(case) if platform(case) else ()


def _credentials_why(_: Case, clues: Clues) -> str:
    subject = clues[0].subject
    if "reason" in clues[0].detail:
        return f"{subject} has to be a JSON object with username and password: {clues[0].detail['reason']}."
    if not clues[0].detail.get("secret"):
        return f"{subject} wants credentials, and the container names none in repositoryCredentials."
    return f"The registry rejects the user name and password of {subject}."


RULES = (
    Rule("image-not-found", "The image does not exist", _not_found_why, nothing),
    Rule("image-digest-gone", "The pinned digest is gone", _gone_why, _gone_fix),
    Rule("image-platform-mismatch", "The image is for another platform", _platform_why, _platform_fix),
    Rule(
        "image-layers-unreachable",
        "The image's layers cannot be fetched",
        says(
            "The manifest came; its layers are at {subject}, and that could not be reached. Layers are "
            "fetched from another host than the registry's."
        ),
        nothing,
    ),
    Rule("registry-credentials-invalid", "The registry rejects the credentials", _credentials_why, nothing),
    Rule(
        "registry-rate-limited",
        "The registry limits pulls",
        says(
            "{subject} answers 429: too many pulls from this address or account. Sign in, or pull through "
            "ECR."
        ),
        nothing,
    ),
)
