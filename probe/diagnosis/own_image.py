"""The probe's own image that did not come: a fault of the instrument, which says nothing of the service."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from probe.diagnosis import hidden
from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clue, Clues, Rule, Symptom
from probe.diagnosis.commands import aws, document
from probe.diagnosis.symptoms import named
from probe.model import Confidence, Outcome, Road
from probe.references import ecr_registry, image
from probe.stopped import Cause, Stage, StopReason, decode

_PULL = frozenset({Stage.REGISTRY_AUTH, Stage.IMAGE_MANIFEST, Stage.IMAGE_LAYER})
_REFUSED = frozenset({Cause.IAM, Cause.AUTH})
_OF_REPOSITORY = _PULL - {Stage.REGISTRY_AUTH}
_PULLING = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]


def probe_pulls(case: Case) -> Iterator[Clue]:
    """Probes that could not start because their own image did not come, and why, by their stop reasons."""
    for outcome in case.outcomes:
        said = decode(outcome.stop_reason) if outcome.stop_reason else None
        if said is not None and _is_of_image(said) and not _ran(outcome):
            step = said.address or said.host or said.stage.value
            yield Clue(
                code="probe-image-not-pullable",
                subject=_image(said),
                subnet=outcome.subnet,
                said=(f"ECS says: {said.text}",),
                level=Confidence.CORROBORATED,
                road=Road.STOP_REASON,
                detail={"step": said.stage.value, "at": step, "cause": said.causes[0].value},
            )
        if is_refused(outcome) and case.pull_role is None:
            yield from _shared(case, outcome)


def is_refused(outcome: Outcome) -> bool:
    """Whether the role was refused the probe's image, as it may be the service's."""
    said = decode(outcome.stop_reason) if outcome.stop_reason else None
    return said is not None and said.stage in _OF_REPOSITORY and not _REFUSED.isdisjoint(said.causes)


def _shared(case: Case, outcome: Outcome) -> Iterator[Clue]:
    """What the role lacks for the service's images too, which the probe's refused pull is a sign of."""
    target = next((one for one in case.targets if one.service == "ecr.dkr" and one.needed), None)
    if target is None:
        return
    symptom = Symptom(subnet=outcome.subnet, target=target)
    lacking = tuple(hidden.pulls(case, symptom, _puller(case)))
    said = decode(outcome.stop_reason or "")
    sign = {
        "said": (f"ECS says of the probe's own image: {said.text}",),
        "level": Confidence.CORROBORATED,
        "road": Road.STOP_REASON,
    }
    own = _repository(case, _image(said))
    for clue in lacking:
        yield msgspec.structs.replace(clue, **sign)
        if own:
            yield msgspec.structs.replace(clue, **sign, detail={**clue.detail, "resource": own})


def _is_of_image(said: StopReason) -> bool:
    """Whether the image did not come, or nothing in it runs on the task's platform."""
    return said.stage in _PULL or said.causes == (Cause.PLATFORM,)


def _ran(outcome: Outcome) -> bool:
    return any(code is not None for code in outcome.exit_codes.values())


def _image(said: StopReason) -> str:
    found = said.resource or ""
    return found if "/" in found and not found.startswith("arn:aws:iam") else "probe image"


def _why(case: Case, clues: Clues) -> str:
    detail, zones = clues[0].detail, ", ".join(named(clue.subnet for clue in clues))
    at = f" ({detail['at']})" if detail["at"] != detail["step"] else ""
    broke = f"The probe could not start in {zones}: its own image failed at {detail['step']}{at}."
    if detail["cause"] == Cause.PLATFORM:
        platform = f"{case.spec.operating_system}/{case.spec.architecture}"
        return (
            f"{broke} It is built for another platform than {platform}, which says nothing of the service. "
            "Name an image that is built for that with --probe-image."
        )
    if detail["cause"] not in _REFUSED:
        return f"{broke} That says nothing of the service. Name an image that is there with --probe-image."
    role = _puller(case)
    return (
        f"{broke} {role} may not read the probe's repository, which says nothing of the service's own. Allow "
        "it that, or name a role that may with --pull-role: the probe measures with the service's role then "
        "too."
    )


def _grant(case: Case, clues: Clues) -> tuple[str, ...]:
    """One inline policy that lets the role read the probe's repository, where that is what is missing."""
    repository, role = _repository(case, clues[0].subject), _puller(case)
    if clues[0].detail["cause"] not in _REFUSED or not repository or ":role/" not in role:
        return ()
    policy = document({"Effect": "Allow", "Action": _PULLING, "Resource": repository})
    name = role.rpartition("/")[2]
    return (
        aws("iam", "put-role-policy", role_name=name, policy_name="run-probe-pull", policy_document=policy),
    )


def _puller(case: Case) -> str:
    """The role with which ECS pulls the probe's image."""
    return case.pull_role or case.spec.execution_role or "The role"


def _repository(case: Case, subject: str) -> str:
    """The ARN of an image's repository; empty where it is none of ECR's."""
    registry = ecr_registry(subject.partition("/")[0])
    if registry is None:
        return ""
    place = f"{registry.region}:{registry.account}"
    return f"arn:{case.spec.partition}:ecr:{place}:repository/{image(subject).path}"


RULES = (Rule("probe-image-not-pullable", "The probe's own image could not be pulled", _why, _grant),)
