"""The customers' KMS keys over what a task could not read: which they are, their state and their policies.

https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from probe import references
from probe.evidence.controls import NOT_READ, Key, Policy
from probe.launch.attempts import Question

_OF_AWS = "alias/aws/"
"""The names of AWS's own keys, which admit the whole account and have a policy that nobody can change."""

_NAMED = re.compile(r"arn:[\w-]+:kms:[\w-]+:\d+:key/[\w-]+")


def over(session: Any, region: str, operation: str, written: str) -> Iterator[Question]:
    """How to read the key over what a call was refused: nothing where it is AWS's own."""
    match operation:
        case "secretsmanager:GetSecretValue" if references.is_secret(written):
            arn = references.secret(written).arn
            yield lambda: _of_secret(session, arn), "secretsmanager:DescribeSecret", str(arn)
        case "ssm:GetParameters":
            where = written.split(":")[3] if written.startswith("arn:") else region
            yield lambda: _of_parameter(session, where, written), "ssm:DescribeParameters", written
        case _:
            return


def told(written: str, words: str) -> Iterator[Key]:
    """The key that a refusal of what is ``written`` itself names, as S3's and Parameter Store's do."""
    for arn in dict.fromkeys(_NAMED.findall(words)):
        yield Key(arn=arn, state=NOT_READ, protects=(written,))


def states(session: Any, keys: Iterable[Key]) -> Iterator[Question]:
    """The states of keys that are known by their ids alone."""
    for key in keys:
        if key.state == NOT_READ:
            ask = partial(_key, session, key.arn.split(":")[3], key.arn, key.protects)
            yield ask, "kms:DescribeKey", key.arn


def policies(session: Any, keys: Iterable[Key]) -> Iterator[Question]:
    """The policies of keys."""
    for key in keys:
        yield partial(_policy, session, key), "kms:GetKeyPolicy", key.arn


def _of_secret(session: Any, arn: references.Arn) -> Iterator[Key]:
    client = session.client("secretsmanager", region_name=arn.region)
    name = client.describe_secret(SecretId=str(arn)).get("KmsKeyId") or ""
    if name and not {":", "/"} & set(name):
        name = f"arn:{arn.partition}:kms:{arn.region}:{arn.account}:key/{name}"
    if ":key/" in name:
        yield Key(arn=name, state=NOT_READ, protects=(str(arn),))
    else:
        yield from _key(session, arn.region, name, (str(arn),))


def _of_parameter(session: Any, region: str, written: str) -> Iterator[Key]:
    client = session.client("ssm", region_name=region)
    name = written.partition(":parameter/")[2] or written
    options = [name, f"/{name}"] if "/" in name and not name.startswith("/") else [name]
    filters = [{"Key": "Name", "Option": "Equals", "Values": options}]
    for page in client.get_paginator("describe_parameters").paginate(ParameterFilters=filters):
        for one in page["Parameters"]:
            yield from _key(session, region, one.get("KeyId"), (written,))


def _key(session: Any, region: str, name: str | None, protects: tuple[str, ...]) -> Iterator[Key]:
    if name and _OF_AWS not in name:
        client = session.client("kms", region_name=name.split(":")[3] if name.startswith("arn:") else region)
        found = client.describe_key(KeyId=name)["KeyMetadata"]
        yield Key(arn=found["Arn"], state=found["KeyState"], protects=protects)


def _policy(session: Any, key: Key) -> Iterator[Policy]:
    client = session.client("kms", region_name=key.arn.split(":")[3])
    document = client.get_key_policy(KeyId=key.arn, PolicyName="default")["Policy"]
    yield Policy(attached_to=key.arn, kind="resource-based", name=key.arn, document=document)
