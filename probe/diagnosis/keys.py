"""KMS keys that a secret or a parameter lies under: how findings about them are worded and mended."""

from __future__ import annotations

from typing import Any

import msgspec

from probe.diagnosis.amendments import Statements, rewritten, without_denials
from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clues, Rule
from probe.diagnosis.commands import aws
from probe.diagnosis.grants import denying, grant
from probe.diagnosis.hidden import lacks, whole
from probe.diagnosis.identity import role_of
from probe.diagnosis.symptoms import named
from probe.evidence.controls import Policy
from probe.evidence.demands import DECRYPT
from probe.evidence.policies import delegates, denial, grants
from probe.evidence.snapshot import read


def _key_denied_why(case: Case, clues: Clues) -> str:
    key, role = clues[0].subject, role_of(case)
    return (
        f"Reading needs kms:Decrypt on {key}, which {role} may not use: its own policies or the key's do not "
        f"admit it. The service asks on the role's behalf; no path to KMS is needed.{_unread(case, key)}"
    )


def _unread(case: Case, key: str) -> str:
    """That the key's policy is not known, and what follows: a grant alone may not be enough."""
    if ":key/" not in key or _policy_of(case, key) is not None:
        return ""
    region = key.split(":")[3]
    return (
        " The key's policy could not be read, and may be what refuses: with more rights, or in the key's "
        f"account, aws kms get-key-policy --region {region} --key-id {key} shows it. It has to admit the "
        "role, or to leave the decision to the account."
    )


def _policy_of(case: Case, key: str) -> Policy | None:
    return next((one for one in read(case.snapshot.policies) if one.attached_to == key), None)


def _key_denied_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    """What refuses kms:Decrypt: the key's policy, or the role's own where the key's leaves it to them."""
    key, role = clues[0].subject, role_of(case)
    if ":key/" not in key:
        return grant(case, _decrypting(clues, f"arn:{case.spec.partition}:kms:*:*:key/*"))
    policy = _policy_of(case, key)
    asked = _decrypting(clues, key)
    others = [one for one in denying(case, asked) if one is not policy]
    lines = [
        line
        for one in others
        for line in rewritten(case, one, without_denials(one.document, {key: [DECRYPT]}))
    ]
    if policy is not None:
        lines += _key_opened(case, policy, role)
    if policy is None:
        lines += () if _holds(case, key) else grant(case, asked)
    elif delegates(policy.document, role) and lacks(case, DECRYPT, key):
        lines += grant(case, asked)
    return named(lines)


def _holds(case: Case, key: str) -> bool:
    """Whether the role's own policies, all of them read, allow it already: what refuses is the key's."""
    return whole(case) and not lacks(case, DECRYPT, key)


def _decrypting(clues: Clues, key: str) -> Clues:
    detail = {"action": DECRYPT, "resource": key, "policy": "identity-based"}
    return tuple(msgspec.structs.replace(one, detail=detail) for one in clues)


def _key_opened(case: Case, policy: Policy, role: str) -> tuple[str, ...]:
    """A key's policy that denies no longer, and admits the role where it admits no one of the account."""
    kept: Statements = without_denials(policy.document, {policy.attached_to: [DECRYPT]})
    admitted: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"AWS": role},
        "Action": DECRYPT,
        "Resource": "*",
    }
    named_there = grants(policy.document, DECRYPT, policy.attached_to, role)
    if named_there or delegates(policy.document, role):
        denied = denial(policy.document, DECRYPT, policy.attached_to)
        return rewritten(case, policy, kept) if denied else ()
    return rewritten(case, policy, [*kept, admitted])


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
    Rule("kms-key-unusable", "The KMS key cannot be used", _key_unusable_why, _key_unusable_fix),
    Rule("kms-key-denies", "The KMS key does not admit the role", _key_denied_why, _key_denied_fix),
)
