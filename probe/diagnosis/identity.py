"""Identity: which policy refuses the execution role what, and the statement that admits it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from probe import endpoints
from probe.diagnosis import hidden
from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clue, Symptom, about
from probe.diagnosis.definitions import roleless
from probe.diagnosis.reach import S3, service_name
from probe.evidence import demands
from probe.evidence.controls import Key, Policy
from probe.evidence.demands import PULL, READS
from probe.evidence.flows import Verdict
from probe.evidence.policies import admits, denial
from probe.evidence.snapshot import Endpoint, read
from probe.evidence.vpc_endpoints import gateway_for, interface_for
from probe.model import Call, Failure, Kind, Layer

IDENTITY, RESOURCE, ENDPOINT = "identity-based", "resource-based", "vpc endpoint"
_NAMED = re.compile(r"(?:policy|boundary): (arn:[^\s,;\"']+)")
"""A denying policy that AWS names.  https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"""


def clues(case: Case, symptom: Symptom) -> Iterator[Clue]:
    """What one refused call says about who refused it."""
    if symptom.layer is not Layer.CALL or symptom.failure is None:
        return
    if symptom.kind in {Kind.NO_CREDENTIALS, Kind.ACCESS_DENIED} and (nobody := roleless(case)) is not None:
        yield about("execution-role-missing", nobody, symptom)
    elif symptom.kind is Kind.NO_CREDENTIALS:
        subject = case.spec.task_role or case.spec.execution_role or case.spec.task_definition or "task role"
        yield about("role-credentials-missing", subject, symptom)
    elif symptom.kind is Kind.KEY_UNUSABLE:
        key = _key(case, symptom, symptom.failure, requested(case, symptom)[1])
        yield _about("kms-key-unusable", key, symptom, {"state": symptom.failure.words})
    elif symptom.kind is Kind.ACCESS_DENIED:
        for one in _each_call(symptom):
            yield from _of_call(case, one, symptom.failure)


def _of_call(case: Case, symptom: Symptom, failure: Failure) -> Iterator[Clue]:
    """What refused a call, and what would refuse it next.

    A layer's URL carries ECR's signature: of the role's policies only those on the pull are asked, and a
    stop reason does not tell whether ECR refused or S3.
    """
    first = _denied(case, symptom, failure)
    if not _is_of_layers(case, symptom):
        yield first
        yield from hidden.behind(case, symptom, first, used_endpoint(case, symptom), role_of(case))
    elif first.code != "image-layers-unreachable":
        yield first
    else:
        yield from tuple(hidden.pulls(case, symptom, role_of(case))) or (first,)


def _each_call(symptom: Symptom) -> tuple[Symptom, ...]:
    """On a road that names no call, one symptom for each that the task needs: any may be the refused one."""
    one = symptom.observation
    if one is None or ":" in one.operation:
        return (symptom,)
    needed = [call for call in symptom.target.calls if call.needed]
    asked = (
        msgspec.structs.replace(one, operation=call.operation, reference=call.reference or None)
        for call in needed
    )
    return tuple(msgspec.structs.replace(symptom, observation=each) for each in asked) or (symptom,)


def _denied(case: Case, symptom: Symptom, failure: Failure) -> Clue:
    if (layers := _layers(case, symptom)) is not None:
        return layers
    action, resource = requested(case, symptom)
    detail = {"action": action, "resource": resource, "policy": failure.policy or ""}
    if action.startswith("kms:") or "KMS" in failure.words:
        key = _key(case, symptom, failure, resource)
        return _about("kms-key-denies", key, symptom, detail | {"action": demands.DECRYPT})
    if failure.explicit:
        return _about("explicit-deny", _denying(case, symptom, action, resource), symptom, detail)
    if failure.policy == RESOURCE:
        return _about("resource-policy-denies", bucket(resource), symptom, detail)
    by_endpoint = _by_endpoint(case, symptom, failure, detail)
    if by_endpoint is None and failure.policy is None and _is_layer(symptom, resource):
        return about("image-layers-unreachable", symptom.target.host, symptom)
    return by_endpoint or _about("identity-policy-denies", role_of(case), symptom, detail)


def _by_endpoint(case: Case, symptom: Symptom, failure: Failure, detail: dict[str, str]) -> Clue | None:
    """A refusal that names the endpoint's policy, or names none while that policy does not admit it."""
    endpoint = used_endpoint(case, symptom)
    said = _said(endpoint, detail["action"], detail["resource"])
    if failure.policy != ENDPOINT and (failure.policy is not None or not said):
        return None
    subject = endpoint.id if endpoint is not None else symptom.at
    return _about("endpoint-policy-denies", subject, symptom, detail, *said)


def _about(code: str, subject: str, symptom: Symptom, detail: dict[str, str], *said: str) -> Clue:
    return Clue(code=code, subject=subject, subnet=symptom.subnet, symptom=symptom, said=said, detail=detail)


def requested(case: Case, symptom: Symptom) -> tuple[str, str]:
    """(action, resource) that was refused: as AWS says it, else as the call was meant."""
    failure = symptom.failure
    call = _call(symptom)
    operation = symptom.observation.operation if symptom.observation is not None else ""
    action = (failure.action if failure else None) or (READS[0] if operation == PULL else operation)
    resource = (failure.resource if failure else None) or arn_of(case, symptom, call)
    return action, "*" if action == "ecr:GetAuthorizationToken" else _of_any_stream(resource)


def _of_any_stream(resource: str) -> str:
    """A log stream as its group's: every task makes one of its own, and a grant has to admit the next."""
    group, mark, _ = resource.partition(":log-stream")
    return f"{group}:*" if mark and ":log-group:" in group else resource


def _layers(case: Case, symptom: Symptom) -> Clue | None:
    """A pull that got as far as the redirect: what refused is S3, or the policy of its endpoint."""
    one = symptom.observation
    host = str(one.facts.get("redirect", "")) if one is not None and one.operation == PULL else ""
    if endpoints.suffix_of(host) != S3:
        return None
    gateway = gateway_for(case.snapshot, endpoints.service_name(S3, symptom.target.region))
    action, resource = "s3:GetObject", f"arn:{case.spec.partition}:s3:::{host.partition('.')[0]}/*"
    if gateway is None:
        return about("image-layers-unreachable", host, symptom)
    detail = {"action": action, "resource": resource, "policy": ENDPOINT}
    return _about("endpoint-policy-denies", gateway.id, symptom, detail, *_said(gateway, action, resource))


def _is_of_layers(case: Case, symptom: Symptom) -> bool:
    """Whether a layer was asked for: its URL carries ECR's signature, and no policy of the role is asked."""
    return _is_layer(symptom, requested(case, symptom)[1]) or _layers(case, symptom) is not None


def _is_layer(symptom: Symptom, resource: str) -> bool:
    """Whether a resource is the bucket that ECR keeps layers in."""
    bucket = endpoints.host(S3, symptom.target.region).partition(".")[0]
    return resource.endswith(f":::{bucket}/*")


def _call(symptom: Symptom) -> Call | None:
    one = symptom.observation
    asked = (one.operation, one.reference or "") if one is not None else ("", "")
    return next((call for call in symptom.target.calls if (call.operation, call.reference) == asked), None)


def arn_of(case: Case, symptom: Symptom, call: Call | None) -> str:
    """The resource of a call as IAM writes it, also where the plan has no such call."""
    one = symptom.observation
    asked = call or (Call(operation=one.operation, reference=one.reference or "") if one else None)
    return demands.resource(case.spec, symptom.target, asked)


def role_of(case: Case) -> str:
    """The role that the agent, and so the probe, calls with."""
    return case.spec.execution_role or case.spec.task_definition or "execution role"


def used_endpoint(case: Case, symptom: Symptom) -> Endpoint | None:
    """The endpoint that the request went through."""
    name = service_name(symptom.target)
    if name is None:
        return None
    if symptom.target.service == S3:
        return gateway_for(case.snapshot, name) or interface_for(case.snapshot, name)
    return interface_for(case.snapshot, name)


def _said(endpoint: Endpoint | None, action: str, resource: str) -> tuple[str, ...]:
    """The endpoint's own policy, where it can be read and does not admit the request."""
    if endpoint is None or endpoint.policy is None:
        return ()
    ruling = admits(endpoint.policy, action, resource)
    if ruling.verdict is not Verdict.BLOCKS:
        return ()
    by = f" ({ruling.statement} denies it)" if ruling.statement else ""
    return (f"the policy of {endpoint.id} does not admit {action} on {resource}{by}",)


def key_over(case: Case, *references: str | None) -> Key | None:
    """The customer's key over what one of the references names."""
    return next((key for key in read(case.snapshot.keys) if set(references) & set(key.protects)), None)


def _key(case: Case, symptom: Symptom, failure: Failure, resource: str) -> str:
    """The key where AWS or the configuration names it, else what it protects."""
    written = symptom.observation.reference if symptom.observation is not None else None
    named = next((word.strip("'\".,;") for word in failure.words.split() if ":kms:" in word), None)
    known = key_over(case, resource, written)
    return named or (known.arn if known is not None else resource)


def _denying(case: Case, symptom: Symptom, action: str, resource: str) -> str:
    """The policy that denies: by its own name where it is known, else what it is attached to."""
    failure = symptom.failure
    kind = failure.policy if failure is not None else None
    named = _NAMED.search(failure.words) if failure is not None else None
    if named is not None:
        return named[1].rstrip(".")
    if kind == ENDPOINT:
        endpoint = used_endpoint(case, symptom)
        return endpoint.id if endpoint is not None else symptom.at
    if kind == RESOURCE:
        return bucket(resource)
    found = denying_policy(case, kind or IDENTITY, action, resource)
    if found is not None:
        return found.name if found.name.startswith("arn:") else found.attached_to
    return f"{kind} policy" if kind in {"service control", "resource control", "session"} else role_of(case)


def bucket(resource: str) -> str:
    """What a resource policy lies on: an object's is its bucket's."""
    return resource.partition("/")[0] if ":s3:::" in resource else resource


def denying_policy(case: Case, kind: str, action: str, resource: str) -> Policy | None:
    """The policy of that kind which denies the request, AWS having said that one does."""
    return next(
        (
            one
            for one in read(case.snapshot.policies)
            if one.kind == kind and denial(one.document, action, resource) is not None
        ),
        None,
    )
