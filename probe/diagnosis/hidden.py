"""Denials behind a denial: AWS names one policy, and the next one that configuration shows would refuse too.

Inferred: nobody got as far as to measure it.  What is found here is mended together with the first.
"""

from __future__ import annotations

from collections.abc import Iterator

from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clue, Symptom
from probe.evidence import demands
from probe.evidence.controls import NOT_READ, Key, Policy, Simulated
from probe.evidence.flows import Verdict
from probe.evidence.policies import admits, delegates, grants
from probe.evidence.snapshot import Denied, Endpoint, read
from probe.model import Confidence

TOKEN = "ecr:GetAuthorizationToken"
BOUNDARY, CONTROL = "permissions boundary", "service control"


def behind(case: Case, symptom: Symptom, first: Clue, endpoint: Endpoint | None, role: str) -> Iterator[Clue]:
    """What would refuse the request of ``first`` next; ``endpoint`` is the one that it goes through."""
    action, resource = first.detail.get("action", ""), first.detail.get("resource", "")
    asked = (action, resource)
    if first.code not in {"identity-policy-denies", "kms-key-denies"} and lacks(case, *asked):
        yield _clue("identity-policy-denies", role, symptom, *asked)
    yield from _limits(case, symptom, first, role)
    if first.code == "identity-policy-denies" and action == TOKEN:
        yield from pulls(case, symptom, role)
    if endpoint is not None and first.subject != endpoint.id and endpoint.policy is not None:
        ruling = admits(endpoint.policy, *asked)
        if ruling.verdict is Verdict.BLOCKS:
            code = "explicit-deny" if ruling.statement else "endpoint-policy-denies"
            yield _clue(code, endpoint.id, symptom, *asked, policy="vpc endpoint")
    for policy in _on(case, resource):
        ruling = admits(policy.document, *asked, role)
        if ruling.verdict is Verdict.BLOCKS and ruling.statement and first.subject != policy.attached_to:
            yield _clue("explicit-deny", policy.attached_to, symptom, *asked, policy=policy.kind)
    if not first.code.startswith("kms-"):
        yield from _keys(case, symptom, role)


def _clue(code: str, subject: str, symptom: Symptom, action: str, resource: str, **more: str) -> Clue:
    return Clue(
        code=code,
        subject=subject,
        subnet=symptom.subnet,
        symptom=symptom,
        said=(f"{action} on {resource} would be refused next: {subject} does not admit it",),
        detail={"action": action, "resource": resource, **more},
        level=Confidence.INFERRED,
    )


def _limits(case: Case, symptom: Symptom, first: Clue, role: str) -> Iterator[Clue]:
    """What the role may do at most: by its boundary, and by the organization's policies."""
    asked = first.detail.get("action", ""), first.detail.get("resource", "")
    said = first.detail.get("policy")
    told = _simulated(case, *asked)
    boundary = next((one for one in read(case.snapshot.policies) if one.kind == BOUNDARY), None)
    shut = told.boundary is False if told is not None else None
    if shut is None and boundary is not None:
        shut = not grants(boundary.document, *asked)
    if shut and said != BOUNDARY:
        yield _clue("identity-policy-denies", role, symptom, *asked, policy=BOUNDARY)
    if told is not None and told.organization is False and said != CONTROL:
        yield _clue("identity-policy-denies", role, symptom, *asked, policy=CONTROL)


def _simulated(case: Case, action: str, resource: str) -> Simulated | None:
    told = read(case.snapshot.simulated)
    return next((one for one in told if _is(one.action, one.resource, action, resource)), None)


def lacks(case: Case, action: str, resource: str) -> bool:
    """Whether nothing attached to the role allows it: by IAM's simulator, else by the policies as read."""
    told = _simulated(case, action, resource)
    if told is not None and told.decision != "explicitDeny" and told.boundary is not False:
        return told.decision == "implicitDeny" and told.organization is not False
    held = [one for one in read(case.snapshot.policies) if one.kind == "identity-based"]
    return whole(case) and not any(grants(one.document, action, resource) for one in held)


def _is(action: str, resource: str, wanted: str, on: str) -> bool:
    """Whether a simulated request is the wanted one: a log group's covers its streams."""
    return action == wanted and (resource == on or (resource.endswith(":*") and on.startswith(resource[:-1])))


def whole(case: Case) -> bool:
    """Whether every policy of the role could be read."""
    refused = any(one.action.startswith("iam:") for one in case.snapshot.partial)
    return not isinstance(case.snapshot.policies, Denied) and not refused


def pulls(case: Case, symptom: Symptom, role: str) -> Iterator[Clue]:
    """What the role lacks of every pull of the service, none of which was tried or told of."""
    for one in demands.demands(case.spec, case.targets):
        if one.service == "ecr.dkr" and lacks(case, one.action, one.resource):
            yield _clue("identity-policy-denies", role, symptom, one.action, one.resource)


def _on(case: Case, resource: str) -> Iterator[Policy]:
    """The policies that lie on a resource, or on the bucket of an object."""
    for one in read(case.snapshot.policies):
        if one.attached_to in {resource, resource.partition("/")[0]} and one.kind == "resource-based":
            yield one


def _keys(case: Case, symptom: Symptom, role: str) -> Iterator[Clue]:
    """The key over what was refused, in a state or with a policy in which it decrypts nothing."""
    written = symptom.observation.reference if symptom.observation is not None else None
    for key in read(case.snapshot.keys):
        if written is None or not any(written.startswith(one) for one in key.protects):
            continue
        if key.state not in {"Enabled", NOT_READ}:
            state = f"{key.arn} is {key.state}"
            yield _clue("kms-key-unusable", key.arn, symptom, demands.DECRYPT, key.arn, state=state)
        elif not may_decrypt(case, key, role):
            yield _clue("kms-key-denies", key.arn, symptom, demands.DECRYPT, key.arn)


def may_decrypt(case: Case, key: Key, role: str) -> bool:
    """Whether the key's policy admits the role, or leaves it to the role's own; unread, it is thought to."""
    policy = next((one for one in read(case.snapshot.policies) if one.attached_to == key.arn), None)
    if policy is None or grants(policy.document, demands.DECRYPT, key.arn, role):
        return True
    return delegates(policy.document, role) and not lacks(case, demands.DECRYPT, key.arn)
