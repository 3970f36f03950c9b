"""Policy documents as they should be, and the command that puts each where it lies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from probe.diagnosis.case import Case
from probe.diagnosis.commands import aws, document
from probe.evidence.controls import Policy
from probe.evidence.policies import denial

Statements = list[dict[str, Any]]
Requests = Mapping[str, Sequence[str]]
"""Resource to the actions on it that were refused."""


def listed(policy: str) -> Statements:
    """The statements of a document; none of what is no policy."""
    try:
        read = msgspec.json.decode(policy)
    except msgspec.DecodeError:
        return []
    statements = read.get("Statement", []) if isinstance(read, dict) else []
    return statements if isinstance(statements, list) else [statements]


def without_denials(policy: str, requests: Requests) -> Statements:
    """The statements of a document but for those that deny what was refused."""
    return [one for one in listed(policy) if not _denies(one, requests)]


def _denies(statement: Mapping[str, Any], requests: Requests) -> bool:
    alone = document(statement)
    return any(denial(alone, action, on) for on, actions in requests.items() for action in actions)


def rewritten(case: Case, policy: Policy, statements: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The command that makes a policy these statements; nothing for one that is not the account's own."""
    kept = list(statements)
    if policy.kind == "resource-based":
        return _on_resource(case, policy.attached_to, kept)
    role = policy.attached_to.rpartition("/")[2]
    if not policy.name.startswith("arn:"):
        return (_inline(role, policy.name, kept),)
    if ":aws:policy/" in policy.name:
        return ()
    if kept:
        return (
            aws(
                "iam",
                "create-policy-version",
                policy_arn=policy.name,
                policy_document=document(*kept),
                set_as_default=True,
            ),
        )
    if policy.kind == "permissions boundary":
        return ()  # What allows nothing else is a limit that its owner meant.
    return (aws("iam", "detach-role-policy", role_name=role, policy_arn=policy.name),)


def _inline(role: str, name: str, statements: Sequence[Mapping[str, Any]]) -> str:
    """A document without a statement is none that IAM takes."""
    if not statements:
        return aws("iam", "delete-role-policy", role_name=role, policy_name=name)
    return aws(
        "iam", "put-role-policy", role_name=role, policy_name=name, policy_document=document(*statements)
    )


def _on_resource(case: Case, arn: str, statements: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The policy on a secret, a repository, a key or a bucket; without a statement it is taken away."""
    region, service = arn.split(":")[3] or case.spec.region, arn.split(":")[2]
    if service == "ecr":
        return (_on_repository(arn, region, statements),)
    policy = document(*statements)
    commands = {
        ("secretsmanager", True): lambda: aws(
            service, "put-resource-policy", region, secret_id=arn, resource_policy=policy
        ),
        ("secretsmanager", False): lambda: aws(service, "delete-resource-policy", region, secret_id=arn),
        ("kms", True): lambda: aws(
            service, "put-key-policy", region, key_id=arn, policy_name="default", policy=policy
        ),
        ("s3", True): lambda: aws("s3api", "put-bucket-policy", bucket=arn.rpartition(":")[2], policy=policy),
        ("s3", False): lambda: aws("s3api", "delete-bucket-policy", bucket=arn.rpartition(":")[2]),
    }
    known = commands.get((service, bool(statements)))
    return (known(),) if known is not None else ()


def _on_repository(arn: str, region: str, statements: Sequence[Mapping[str, Any]]) -> str:
    """ECR's policies have no Resource: the repository is meant."""
    name, account = arn.partition("repository/")[2], arn.split(":")[4]
    about = {"registry_id": account, "repository_name": name}
    if not statements:
        return aws("ecr", "delete-repository-policy", region, **about)
    bare = ({key: value for key, value in one.items() if key != "Resource"} for one in statements)
    return aws("ecr", "set-repository-policy", region, **about, policy_text=document(*bare))
