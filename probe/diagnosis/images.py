"""Images: the tag, the digest, the platform, the layers, and the registry's own refusals."""

from __future__ import annotations

from collections.abc import Iterator

from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clue, Clues, Rule, Symptom, about, nothing
from probe.diagnosis.commands import aws
from probe.diagnosis.network import SILENT
from probe.evidence.demands import PULL
from probe.model import Kind, Layer, RequirementKind


def clues(case: Case, symptom: Symptom) -> Iterator[Clue]:
    """What one failed pull says; what it says about policies is said elsewhere."""
    one = symptom.observation
    if symptom.layer is not Layer.CALL or one is None or one.operation != PULL:
        return
    image = one.reference or symptom.at
    match symptom.kind:
        case Kind.NOT_FOUND:
            code = "image-digest-gone" if "@sha256:" in image and _pinned(case, image) else "image-not-found"
            yield about(code, image, symptom)
        case Kind.PLATFORM_MISMATCH:
            have = one.facts.get("platforms", ())
            built = ", ".join(map(str, have)) if isinstance(have, tuple) else str(have)
            yield about("image-platform-mismatch", image, symptom, built=built)
        case Kind.THROTTLED:
            yield about("registry-rate-limited", symptom.target.host, symptom)
        case kind if kind in SILENT | {Kind.REFUSED, Kind.RESET}:
            host = str(one.facts.get("redirect") or symptom.target.host)
            yield about("image-layers-unreachable", host, symptom)
        case Kind.INVALID_REFERENCE:
            yield about("image-not-found", image, symptom)
        case _:
            return


def refused_credentials(case: Case, symptom: Symptom) -> Clue | None:
    """A registry that is not AWS's and rejects the credentials of ``repositoryCredentials``."""
    one = symptom.observation
    if one is None or one.operation != PULL or symptom.target.service != "host":
        return None
    if symptom.kind is not Kind.ACCESS_DENIED:
        return None
    given = [need for need in case.requirements if need.kind is RequirementKind.REGISTRY_CREDENTIALS]
    subject = given[0].reference if given else symptom.target.host
    return about("registry-credentials-invalid", subject, symptom)


def _pinned(case: Case, image: str) -> bool:
    """Whether ECS pinned the digest for this revision, as the definition itself did not write it."""
    written = {need.reference for need in case.requirements if need.kind is RequirementKind.IMAGE}
    return image in case.spec.images.values() and image not in written


def _not_found_why(_: Case, clues: Clues) -> str:
    return f"The registry was reached and let the role in, and has no {clues[0].subject}."


def _gone_why(_: Case, clues: Clues) -> str:
    return (
        f"ECS pinned {clues[0].subject} for this revision when it was deployed, and that digest is gone: "
        f"the tag was "
        "pushed again, or a lifecycle policy expired it. Force a new deployment to pin what the tag means "
        "now."
    )


def _gone_fix(case: Case, _: Clues) -> tuple[str, ...]:
    spec = case.spec
    if spec.service is None:
        return ()
    return (
        aws(
            "ecs",
            "update-service",
            spec.region,
            cluster=spec.cluster,
            service=spec.service,
            force_new_deployment=True,
        ),
    )


def _platform_why(case: Case, clues: Clues) -> str:
    built = clues[0].detail.get("built") or "other platforms"
    wanted = f"{case.spec.operating_system}/{case.spec.architecture}"
    return (
        f"The image is built for {built}; the tasks run on {wanted}. Build it for that, or change "
        f"runtimePlatform."
    )


def _layers_why(_: Case, clues: Clues) -> str:
    return (
        f"The manifest came; its layers are at {clues[0].subject}, and that could not be reached. Layers "
        f"are fetched "
        "from another host than the registry's."
    )


def _credentials_why(_: Case, clues: Clues) -> str:
    return (
        f"The registry rejects the credentials of {clues[0].subject}; it has to be JSON with username and "
        f"password."
    )


def _limited_why(_: Case, clues: Clues) -> str:
    return (
        f"{clues[0].subject} answers 429: too many pulls from this address or account. Sign in, or pull "
        f"through ECR."
    )


RULES = (
    Rule("image-not-found", "The image does not exist", _not_found_why, nothing),
    Rule("image-digest-gone", "The pinned digest is gone", _gone_why, _gone_fix),
    Rule("image-platform-mismatch", "The image is for another platform", _platform_why, nothing),
    Rule("image-layers-unreachable", "The image's layers cannot be fetched", _layers_why, nothing),
    Rule("registry-credentials-invalid", "The registry rejects the credentials", _credentials_why, nothing),
    Rule("registry-rate-limited", "The registry limits pulls", _limited_why, nothing),
)
