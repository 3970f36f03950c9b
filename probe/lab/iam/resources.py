"""What a question is about: whose it is, its own policy, and the condition keys that it brings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from probe.lab.iam.evaluation import Statements
from probe.lab.iam.policies import Question, Statement, statements

Backend = Callable[..., Any]

_PARTS = 5
"""Colons in an ARN before its resource."""


@dataclass(frozen=True)
class Own:
    """A resource's own policy: None where it has none.

    ``closed`` where nobody may anything without its word; ``kind`` is AWS's name for it.
    """

    statements: Statements | None = None
    closed: bool = False
    kind: str = "resource-based policy"


def account_of(arn: str) -> str:
    """The account that an ARN names; empty where it names none, as a bucket's does."""
    return arn.split(":")[4] if arn.count(":") >= _PARTS else ""


def owner(question: Question) -> str:
    """The account that a resource belongs to: the caller's own where nothing says otherwise."""
    named = account_of(question.resource)
    own = question.principal.account if question.principal else ""
    return named or _bucket_owner(question.resource) or own


def policy(backend: Backend, question: Question) -> Own:
    """The own policy of what a question is about."""
    service, found = question.action.partition(":")[0], find(backend, question.resource)
    if question.action == "sts:AssumeRole":
        trust = getattr(found, "assume_role_policy_document", None)
        return Own(statements(trust), closed=True, kind="role trust policy")
    if found is None or service not in _WITH_POLICY:
        return Own()
    if service == "kms":
        return Own((*(written(found) or ()), *_granted(found)), closed=True)
    return Own(written(found))


def _granted(key: Any) -> Iterator[Statement]:
    """What the grants on a KMS key allow, beside its policy.

    https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
    """
    for grant in key.grants.values():
        allowed = {
            "Effect": "Allow",
            "Principal": {"AWS": grant.grantee_principal},
            "Action": [f"kms:{operation}" for operation in grant.operations],
            "Resource": "*",
            "Condition": _constraint(grant.constraints or {}),
        }
        yield from statements({"Statement": [allowed]})


def _constraint(constraints: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """A grant's constraint as the conditions that it amounts to."""
    whole = constraints.get("EncryptionContextEquals", {})
    pairs = whole or constraints.get("EncryptionContextSubset", {})
    holds = {"StringEquals": {f"kms:EncryptionContext:{name}": value for name, value in pairs.items()}}
    alone = {"ForAllValues:StringEquals": {"kms:EncryptionContextKeys": list(whole)}}
    return (holds if pairs else {}) | (alone if whole else {})


def written(found: Any) -> Statements | None:
    """The policy that lies on a resource; None where none does."""
    text = getattr(found, "policy", None) or getattr(found, "file_system_policy", None)
    text = text.decode() if isinstance(text, bytes) else text
    return statements(text) if text else None


def find(backend: Backend, arn: str) -> Any:
    """Moto's object behind an ARN, or None."""
    if not arn.startswith("arn:"):
        return None
    _, _, service, region, account, rest = arn.split(":", _PARTS)
    kind, _, name = rest.partition("/")
    found: Any = None
    match service:
        case "secretsmanager":
            found = _of_arn(backend(service, region, account).secrets.values(), arn)
        case "ecr":
            found = backend(service, region, account).repositories.get(name)
        case "s3":
            found = backend(service, account=_bucket_owner(arn)).buckets.get(rest.partition("/")[0])
        case "kms":
            found = backend(service, region, account).keys.get(name)
        case "elasticfilesystem":
            found = backend("efs", region, account).file_systems_by_id.get(name)
        case "iam" if kind == "role":
            found = _of_arn(backend(service, account=account).roles.values(), arn)
    return found


def context(backend: Backend, question: Question) -> dict[str, str]:
    """The condition keys that the resource itself brings."""
    account, found = owner(question), find(backend, question.resource)
    keys = {"aws:ResourceAccount": account} if account else {}
    service = question.action.partition(":")[0]
    for name, value in _tags(backend, question.resource, found).items():
        keys |= {f"aws:ResourceTag/{name}": value, f"{service}:ResourceTag/{name}": value}
    if service == "secretsmanager" and question.resource.startswith("arn:"):
        keys["secretsmanager:SecretId"] = question.resource
    return {**keys, "s3:ResourceAccount": account} if service == "s3" else keys


def tags(found: Any) -> dict[str, str]:
    """The tags of a resource, whichever way moto keeps them."""
    kept = getattr(found, "tags", None) or {}
    if isinstance(kept, Mapping):
        return {str(name): str(_value(value)) for name, value in kept.items()}
    return {str(each.get("Key", each.get("key"))): str(_value(each)) for each in kept}


def _tags(backend: Backend, arn: str, found: Any) -> dict[str, str]:
    """KMS alone keeps its keys' tags beside them."""
    if found is not None and arn.startswith("arn:aws:kms:"):
        tagger = backend("kms", arn.split(":")[3], account_of(arn)).tagger
        return {each["Key"]: each["Value"] for each in tagger.list_tags_for_resource(found.id)["Tags"]}
    return tags(found)


def _value(kept: Any) -> Any:
    return kept.get("Value", kept.get("value", "")) if isinstance(kept, Mapping) else kept


def _of_arn(found: Any, arn: str) -> Any:
    return next((each for each in found if each.arn == arn), None)


def _bucket_owner(arn: str) -> str:
    """The account of a bucket, whose ARN does not tell."""
    if not arn.startswith("arn:aws:s3:::"):
        return ""
    from moto.s3.models import s3_backends

    name = arn.removeprefix("arn:aws:s3:::").partition("/")[0]
    return str(s3_backends.bucket_accounts.get(name, ("", ""))[1])


_WITH_POLICY = frozenset({"secretsmanager", "ecr", "s3", "kms", "elasticfilesystem"})
"""Services whose resources have a policy of their own that the lab evaluates."""
