"""How findings about identity are worded, and the statements that mend them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clues, Rule, nothing
from probe.diagnosis.commands import aws, document, ec2, mark
from probe.diagnosis.identity import REGISTRY_READS, denying_policy, role_of
from probe.diagnosis.symptoms import named
from probe.evidence.flows import Verdict
from probe.evidence.policies import admits
from probe.evidence.snapshot import Endpoint, read

COMPANIONS = {
    "ecr:BatchGetImage": REGISTRY_READS,
    "logs:CreateLogStream": ("logs:CreateLogStream", "logs:PutLogEvents"),
}
"""Actions that one step needs together: admitting the first alone moves the denial to the next."""


def _requests(clues: Clues) -> dict[str, tuple[str, ...]]:
    """Resource to the actions that are to be admitted on it."""
    wanted: dict[str, tuple[str, ...]] = {}
    for clue in clues:
        action, resource = clue.detail.get("action", ""), clue.detail.get("resource", "*")
        wanted[resource] = named((*wanted.get(resource, ()), *COMPANIONS.get(action, (action,))))
    return wanted


def _statements(clues: Clues) -> list[dict[str, Any]]:
    return [
        {"Effect": "Allow", "Action": list(actions), "Resource": resource}
        for resource, actions in _requests(clues).items()
    ]


def _refused(clues: Clues) -> str:
    pairs = (f"{clue.detail.get('action')} on {clue.detail.get('resource')}" for clue in clues)
    return ", ".join(named(pairs))


def _identity_why(case: Case, clues: Clues) -> str:
    singular = (
        " ECS asks with ssm:GetParameters; ssm:GetParameter, without the s, is another action."
        if any(clue.detail.get("action") == "ssm:GetParameters" for clue in clues)
        else ""
    )
    boundary = (
        " Its permissions boundary has to admit it too."
        if any(clue.detail.get("policy") == "permissions boundary" for clue in clues)
        else ""
    )
    return f"Nothing attached to {role_of(case)} admits {_refused(clues)}.{singular}{boundary}"


def grant(case: Case, clues: Clues) -> tuple[str, ...]:
    """One inline policy with exactly what was refused; its name is its content's, so none is overwritten."""
    role = role_of(case)
    if ":role/" not in role:
        return ()
    policy = document(*_statements(clues))
    return (
        aws(
            "iam",
            "put-role-policy",
            role_name=role.rpartition("/")[2],
            policy_name=f"start-path-{mark(policy)}",
            policy_document=policy,
        ),
    )


def _explicit_why(_: Case, clues: Clues) -> str:
    kind = clues[0].detail.get("policy") or "some"
    article = "an" if kind.startswith("identity") else "a"
    return (
        f"A statement of {article} {kind} policy denies {_refused(clues)}; no other policy can admit it then."
    )


def _explicit_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    """The endpoint's or the inline policy without the statements that deny; others are their owner's."""
    endpoint = _endpoint(case, clues[0].subject)
    if endpoint is not None and endpoint.policy is not None:
        return (_replaced(case, endpoint, _without_denials(endpoint.policy, clues)),)
    first = clues[0].detail
    found = denying_policy(case, first.get("policy", ""), first.get("action", ""), first.get("resource", ""))
    if found is None or found.name.startswith("arn:") or ":role/" not in found.attached_to:
        return ()
    return (
        aws(
            "iam",
            "put-role-policy",
            role_name=found.attached_to.rpartition("/")[2],
            policy_name=found.name,
            policy_document=_without_denials(found.document, clues),
        ),
    )


def _endpoint_why(_: Case, clues: Clues) -> str:
    return f"The policy of {clues[0].subject} does not admit {_refused(clues)}, whatever the role may do."


def _endpoint_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    """The endpoint's own policy with one more statement; the full policy where it could not be read."""
    endpoint = _endpoint(case, clues[0].subject)
    if endpoint is None:
        return ()
    added = [{**statement, "Principal": "*"} for statement in _statements(clues)]
    kept = _listed(_without_denials(endpoint.policy, clues)) if endpoint.policy is not None else []
    return (_replaced(case, endpoint, document(*kept, *added)),)


def _replaced(case: Case, endpoint: Endpoint, policy: str) -> str:
    return ec2(case, "modify-vpc-endpoint", vpc_endpoint_id=endpoint.id, policy_document=policy)


def _endpoint(case: Case, identity: str) -> Endpoint | None:
    return next((one for one in read(case.snapshot.endpoints) if one.id == identity), None)


def _without_denials(policy: str, clues: Clues) -> str:
    """The document without the statements that deny what was refused."""
    return document(*(one for one in _listed(policy) if not _denies(one, clues)))


def _denies(statement: Mapping[str, Any], clues: Clues) -> bool:
    if statement.get("Effect") != "Deny":
        return False
    alone = document({**statement, "Effect": "Allow", "Condition": None})
    return any(
        admits(alone, action, resource).verdict is Verdict.ALLOWS
        for resource, actions in _requests(clues).items()
        for action in actions
    )


def _listed(policy: str) -> list[dict[str, Any]]:
    try:
        read_policy = msgspec.json.decode(policy)
    except msgspec.DecodeError:
        return []
    statements = read_policy.get("Statement", []) if isinstance(read_policy, dict) else []
    return statements if isinstance(statements, list) else [statements]


def _resource_why(_: Case, clues: Clues) -> str:
    return (
        f"The policy on {clues[0].subject} does not admit the role: {_refused(clues)} needs a statement "
        f"there."
    )


def _resource_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    """The resource's policy with one more statement for the role; only where the present one is known."""
    subject = clues[0].subject
    known = next((one for one in read(case.snapshot.policies) if one.attached_to == subject), None)
    if known is None:
        return ()
    allowed = {"AWS": role_of(case)}
    added = [{**statement, "Principal": allowed} for statement in _statements(clues)]
    policy = document(*_listed(known.document), *added)
    region = subject.split(":")[3] or case.spec.region
    if ":secretsmanager:" in subject:
        return (
            aws("secretsmanager", "put-resource-policy", region, secret_id=subject, resource_policy=policy),
        )
    if ":ecr:" in subject:
        bare = document(
            *_listed(known.document), *({k: v for k, v in one.items() if k != "Resource"} for one in added)
        )
        name = subject.partition("repository/")[2]
        return (aws("ecr", "set-repository-policy", region, repository_name=name, policy_text=bare),)
    return ()


def _credentials_why(_: Case, clues: Clues) -> str:
    return (
        f"The task got no credentials for {clues[0].subject}: no role was given to it, or ECS could not "
        f"assume it."
    )


def _key_denied_why(case: Case, clues: Clues) -> str:
    return (
        f"Reading needs kms:Decrypt on {clues[0].subject}, which {role_of(case)} may not use: its own "
        f"policies or "
        "the key's do not admit it. The service asks on the role's behalf; no path to KMS is needed."
    )


def _key_denied_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    key = clues[0].subject if ":key/" in clues[0].subject else f"arn:{case.spec.partition}:kms:*:*:key/*"
    wanted = tuple(
        msgspec.structs.replace(one, detail={"action": "kms:Decrypt", "resource": key}) for one in clues
    )
    return grant(case, wanted)


def _key_unusable_why(_: Case, clues: Clues) -> str:
    return (
        f"{clues[0].subject} cannot decrypt anything in its present state: "
        f"{clues[0].detail.get('state', '')}."
    )


def _key_unusable_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    """Deletion is cancelled first, which leaves a key disabled; imported material is its owner's."""
    key, state = clues[0].subject, clues[0].detail.get("state", "").lower()
    if "import" in state:
        return ()
    region = key.split(":")[3] if key.startswith("arn:") else case.spec.region
    cancelled = (aws("kms", "cancel-key-deletion", region, key_id=key),) if "deletion" in state else ()
    return (*cancelled, aws("kms", "enable-key", region, key_id=key))


RULES = (
    Rule("role-credentials-missing", "The task has no role credentials", _credentials_why, nothing),
    Rule("identity-policy-denies", "The execution role lacks a permission", _identity_why, grant),
    Rule("explicit-deny", "A policy denies outright", _explicit_why, _explicit_fix),
    Rule("endpoint-policy-denies", "The endpoint's policy does not admit it", _endpoint_why, _endpoint_fix),
    Rule(
        "resource-policy-denies", "The resource's own policy does not admit it", _resource_why, _resource_fix
    ),
    Rule("kms-key-unusable", "The KMS key cannot be used", _key_unusable_why, _key_unusable_fix),
    Rule("kms-key-denies", "The KMS key does not admit the role", _key_denied_why, _key_denied_fix),
)
