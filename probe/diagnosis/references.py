"""References: secrets, parameters and environment files that are absent, or not what was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clue, Symptom, about
from probe.model import (
    Call,
    Confidence,
    Failure,
    Kind,
    Layer,
    Observation,
    Requirement,
    RequirementKind,
    Status,
    Target,
)
from probe.references import is_secret, stands_for_secret

SECRET, PARAMETERS, OBJECT = "secretsmanager:GetSecretValue", "ssm:GetParameters", "s3:GetObject"
SUFFIX = re.compile(r"-[A-Za-z0-9]{6}$")
"""What Secrets Manager appends to every name in an ARN."""
WRONG = frozenset({Kind.NOT_FOUND, Kind.INVALID_REFERENCE, Kind.UNKNOWN})

_SECRET_CODES = {
    "binary": "secret-binary",
    "not-json": "secret-not-json",
    "key-missing": "secret-key-missing",
}


def clues(case: Case, symptom: Symptom) -> Iterator[Clue]:
    """What one reference that could not be read is."""
    one = symptom.observation
    if symptom.layer is not Layer.CALL or one is None or one.failure is None:
        return
    if absent := _absent(case, symptom, one):
        for call in absent:
            named = msgspec.structs.replace(one, operation=call.operation, reference=call.reference)
            meant = msgspec.structs.replace(symptom, observation=named)
            yield from _clues(case, meant, named, call.operation)
        return
    operation = one.operation if ":" in one.operation else _likely(symptom)
    yield from (_doubted(clue, symptom) for clue in _clues(case, symptom, one, operation))


def _clues(case: Case, symptom: Symptom, one: Observation, operation: str) -> Iterator[Clue]:
    if one.failure is None:
        return
    if operation == SECRET and (clue := _secret(case, symptom, one, one.failure)) is not None:
        yield clue
    elif operation == PARAMETERS and symptom.kind in WRONG:
        yield _parameter(case, symptom, one)
    elif operation == OBJECT and symptom.kind in WRONG:
        code = "env-file-not-found" if symptom.kind is Kind.NOT_FOUND else "env-file-malformed"
        yield about(code, _reference(symptom), symptom)


def _absent(case: Case, symptom: Symptom, one: Observation) -> tuple[Call, ...]:
    """Of several references, where no road names one, those that nobody found while another was found."""
    if ":" in one.operation or symptom.kind is not Kind.NOT_FOUND:
        return ()
    sought = [call for call in symptom.target.calls if call.needed and _is_sought(call.reference)]
    found = [call for call in sought if _is_there(case, call.reference)]
    return tuple(call for call in sought if call not in found) if found else ()


def _is_sought(reference: str) -> bool:
    """Whether the operator looks for it: a secret, or a parameter of Parameter Store's own by its name."""
    return is_secret(reference) or not (reference.startswith("arn:") or stands_for_secret(reference))


def _is_there(case: Case, reference: str) -> bool:
    whole = secret_arn(reference) if is_secret(reference) else reference
    return case.elsewhere.get(whole) == (whole if is_secret(reference) else case.spec.region)


def _doubted(clue: Clue, symptom: Symptom) -> Clue:
    """A road that names no call names no culprit: where there are several, the first stands for all."""
    one = symptom.observation
    needed = [call.reference for call in symptom.target.calls if call.needed]
    if one is None or ":" in one.operation or len(needed) <= 1:
        return clue
    said = f"nothing told which of {len(needed)} references it is: {', '.join(needed)}"
    return msgspec.structs.replace(clue, said=(*clue.said, said), level=Confidence.INFERRED)


def mangled(case: Case) -> Iterator[Clue]:
    """Values that the agent will render in Go's notation: a warning on a call that works."""
    needed = {target.name: target for target in case.targets if target.needed}
    for outcome in case.outcomes:
        for one in outcome.observations:
            if one.status is Status.PASS and "mangled" in one.facts and one.target in needed:
                yield _mangled(outcome.subnet, needed[one.target], one)


def _mangled(subnet: str, target: Target, one: Observation) -> Clue:
    return Clue(
        code="secret-number-mangled",
        subject=_keyed(one.reference or "", str(one.facts.get("key", ""))),
        subnet=subnet,
        symptom=Symptom(subnet=subnet, target=target, layer=one.layer, observation=one, warning=True),
        detail={"mangled": str(one.facts["mangled"])},
        level=Confidence.INFERRED,
    )


def _secret(case: Case, symptom: Symptom, one: Observation, failure: Failure) -> Clue | None:
    reference = _reference(symptom)
    if failure.code in _SECRET_CODES and _is_login(symptom, one):
        return about("registry-credentials-invalid", reference, symptom, reason=failure.code)
    if failure.code in _SECRET_CODES:
        return _in_value(symptom, one, failure.code, reference)
    found = case.elsewhere.get(reference, "")
    if symptom.kind is Kind.ACCESS_DENIED:
        as_written = failure.resource in {None, reference} and not failure.explicit
        partial = as_written and failure.policy == "identity-based" and is_partial(reference, found)
        return about("secret-partial-arn", reference, symptom, found=found) if partial else None
    if symptom.kind not in WRONG:
        return None
    code = _secret_code(symptom, failure.words.lower(), reference, found)
    subject = variable(case, reference) if code == "secret-reference-malformed" else reference
    return about(code, subject, symptom, found=found)


def _is_login(symptom: Symptom, one: Observation) -> bool:
    """Whether a secret is read for a registry's user name and password."""
    uses = (call.arguments.get("use") for call in symptom.target.calls if call.reference == one.reference)
    return RequirementKind.REGISTRY_CREDENTIALS.value in uses


def _secret_code(symptom: Symptom, words: str, reference: str, found: str) -> str:
    """What an answer means that is neither a denial nor about the value."""
    if "for deletion" in words or "marked deleted" in words:
        return "secret-marked-for-deletion"
    if "secret value" in words or "staging label" in words or "versionid" in words:
        return "secret-version-missing"
    if symptom.kind is not Kind.NOT_FOUND:
        return "secret-reference-malformed"
    return "secret-partial-arn" if is_partial(reference, found) else "secret-not-found"


def _in_value(symptom: Symptom, one: Observation, code: str, reference: str) -> Clue:
    """The secret came; what is in it is not what the reference asks for."""
    key = str(one.facts.get("key", ""))
    subject = reference if code == "binary" else _keyed(reference, key)
    return about(_SECRET_CODES[code], subject, symptom, key=key)


def _parameter(case: Case, symptom: Symptom, one: Observation) -> Clue:
    reference = one.reference or _reference(symptom)
    if "/aws/reference/secretsmanager/" in reference and re.search(r":[^/]*$", reference.rpartition("/")[2]):
        return about("parameter-secret-versioned", reference, symptom)
    if symptom.kind is not Kind.NOT_FOUND:
        return about("secret-reference-malformed", variable(case, reference), symptom)
    found = case.elsewhere.get(reference)
    if found not in {None, case.spec.region}:
        return about("parameter-wrong-region", reference, symptom, found=found)
    return about("parameter-not-found", reference, symptom)


def is_partial(reference: str, found: str = "") -> bool:
    """Whether a secret's ARN lacks its six-character suffix, by its form or by the ARN that was found.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
    """
    secret = secret_arn(reference)
    longer = found.startswith(secret) and SUFFIX.fullmatch(found.removeprefix(secret)) is not None
    return ":secret:" in reference and (longer or SUFFIX.search(secret) is None)


def secret_arn(reference: str) -> str:
    """The secret's own ARN, without key, stage and version."""
    return ":".join(reference.split(":")[:7])


def variable(case: Case, reference: str) -> str:
    """``TASKDEF/CONTAINER/VARIABLE`` of what refers to it."""
    need = next((one for one in case.requirements if _refers(one, reference)), None)
    definition = definition_name(case)
    return f"{definition}/{need.container}/{need.variable or need.kind.value}" if need else definition


def definition_name(case: Case) -> str:
    """``FAMILY:REVISION`` of the task definition."""
    return (case.spec.task_definition or "task-definition").rpartition("/")[2]


def _refers(need: Requirement, reference: str) -> bool:
    return bool(reference) and (need.reference == reference or secret_arn(need.reference) == reference)


def _reference(symptom: Symptom) -> str:
    """The reference of the call; on a road that names none, the only or the first needed one."""
    one = symptom.observation
    if one is not None and one.reference:
        return secret_arn(one.reference) if ":secret:" in one.reference else one.reference
    needed = (call.reference for call in symptom.target.calls if call.needed and call.reference)
    return next(needed, symptom.at)


def _likely(symptom: Symptom) -> str:
    needed = (call.operation for call in symptom.target.calls if call.needed)
    return next(needed, "")


def _keyed(reference: str, key: str) -> str:
    return f"{secret_arn(reference)}#{key}" if key else secret_arn(reference)
