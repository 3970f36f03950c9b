"""ARNs that only the state knows: a secret by its name, a key by its alias."""

from __future__ import annotations

import re
from typing import Any

from probe.lab.api.calls import Call
from probe.lab.iam.resources import account_of
from probe.lab.iam.stored import Backend

_SUFFIX = re.compile(r"-[A-Za-z0-9]{6}$")
"""What Secrets Manager appends to a secret's name in its ARN."""


def resources(backend: Backend, call: Call) -> tuple[str, ...]:
    """The ARNs of what a call names in another way; nothing where the call itself tells."""
    match call.api:
        case "secretsmanager":
            found = secret(backend, call.region, str(call.params.get("SecretId") or ""))
            return (found.arn,) if found else ()
        case "kms":
            found = key(backend, call.region, str(call.params.get("KeyId") or ""))
            return (found.arn,) if found else ()
        case "iam":
            return _role(backend, str(call.params.get("RoleName") or ""))
        case _:
            return ()


def listings(backend: Backend, call: Call) -> tuple[str, ...]:
    """The bucket that a caller must be allowed to list in order to be told that an object is not in it.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    if (call.api, call.operation) not in {("s3", "GetObject"), ("s3", "HeadObject")}:
        return ()
    name = str(call.params.get("Bucket") or "")
    bucket = backend("s3", call.region).buckets.get(name)
    absent = bucket is not None and str(call.params.get("Key") or "") not in bucket.keys
    return (f"arn:aws:s3:::{name}",) if absent else ()


def roles(backend: Backend, call: Call) -> dict[str, str]:
    """The roles of the task definition that a RunTask names; none for another call."""
    if (call.api, call.operation) != ("ecs", "RunTask"):
        return {}
    family, _, revision = str(call.params.get("taskDefinition") or "").rpartition("/")[2].partition(":")
    revisions = backend("ecs", call.region).task_definitions.get(family) or {}
    latest = int(revision) if revision.isdigit() else max(revisions, default=0)
    found = revisions.get(latest)
    pairs = {"taskRoleArn": "task_role_arn", "executionRoleArn": "execution_role_arn"}
    return {key: getattr(found, name) for key, name in pairs.items() if getattr(found, name, None)}


def secret(backend: Backend, region: str, name: str) -> Any:
    """The secret of a name, an ARN, or an ARN without its random suffix.

    What ends like a suffix is taken for one: a secret ``db-master`` has no such shorter ARN.
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
    """
    for each in backend("secretsmanager", region, account_of(name)).secrets.values():
        shorter = each.arn[: -len("-AbCdEf")]
        if name and (name in (each.name, each.arn) or (name == shorter and not _SUFFIX.search(name))):
            return each
    return None


def key(backend: Backend, region: str, name: str) -> Any:
    """The KMS key of an id, an ARN, an alias or an alias' ARN."""
    kms = backend("kms", region, account_of(name))
    plain = name.rpartition(":")[2]
    plain = plain.removeprefix("key/")
    if plain in kms.keys:
        return kms.keys[plain]
    return next((each for each in kms.keys.values() if plain in each.aliases), None)


def _role(backend: Backend, name: str) -> tuple[str, ...]:
    return tuple(each.arn for each in backend("iam").roles.values() if name and each.name == name)
