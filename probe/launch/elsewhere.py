"""What the role did not find, looked for with the operator's own credentials: names alone, never a value.

A bare parameter's name means the task's region, and the parameter may be in another.  A secret may be there
under an ARN that its reference does not give.  A tag may be there where the digest that was pinned is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

from botocore.config import Config
from botocore.exceptions import ClientError

from probe import endpoints, references
from probe.evidence.demands import PULL
from probe.evidence.snapshot import Denied
from probe.launch.attempts import Question, attempt
from probe.launch.refusals import code_of
from probe.model import Kind, Layer, Outcome, Spec, Target

_AT_ONCE = 8
_NAMES = 50
"""How many values DescribeParameters takes in one filter."""

_NOT_ENABLED = frozenset({"UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure"})
"""What a region that the account does not use answers to any credentials."""

_SECRET, _PARAMETERS = "secretsmanager:GetSecretValue", "ssm:GetParameters"
_UNKNOWN = frozenset({Kind.NOT_FOUND, Kind.ACCESS_DENIED})
_NO_IMAGE = frozenset({"ImageNotFoundException", "RepositoryNotFoundException"})
_SUFFIX = len("-AbCdEf")
_BRIEF = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 1})
"""A region that does not answer has nothing to add."""

Place = tuple[str, str]
"""A reference as written, and where it was found: a region, a secret's whole ARN, a tag's digest, or none."""


class Found(NamedTuple):
    """Where references were found, and what could not be looked at."""

    places: dict[str, str]
    refused: tuple[Denied, ...]


class Missed(NamedTuple):
    """One reference that AWS did not know; ``named`` is that it was told of this one and no other."""

    operation: str
    reference: str
    kind: Kind
    named: bool


def find(session: Any, spec: Spec, outcomes: Iterable[Outcome], targets: Iterable[Target] = ()) -> Found:
    """Every reference that AWS did not know in the place that it names.

    A road that tells no reference may mean any that its target needs: those are looked for where they should
    be, too.
    """
    missed = tuple(_missed(tuple(outcomes), {one.name: one for one in targets}))
    questions = [
        *_of_secrets(session, _secrets(missed)),
        *_of_parameters(session, spec, missed),
        *_of_images(session, missed),
    ]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        parts = tuple(pool.map(lambda question: attempt(*question), questions))
    refused = {part.action: part for part in parts if isinstance(part, Denied)}
    places = dict(place for part in parts if not isinstance(part, Denied) for place in part)
    return Found(places=places, refused=tuple(refused.values()))


def _missed(outcomes: tuple[Outcome, ...], targets: Mapping[str, Target]) -> Iterator[Missed]:
    for one in (one for outcome in outcomes for one in outcome.observations):
        if one.failure is None or one.layer is not Layer.CALL:
            continue
        if one.reference:
            yield Missed(one.operation, one.reference, one.failure.kind, named=True)
        elif one.failure.kind is Kind.NOT_FOUND and one.target in targets:
            needed = (call for call in targets[one.target].calls if call.needed and call.reference)
            yield from (
                Missed(call.operation, call.reference, Kind.NOT_FOUND, named=False) for call in needed
            )


def _secrets(missed: Iterable[Missed]) -> list[str]:
    """Each once.  Who may read a secret under its whole ARN is refused it under a shorter one."""
    found = {
        references.secret_id(one.reference)
        for one in missed
        if one.operation == _SECRET and references.is_secret(one.reference) and one.kind in _UNKNOWN
    }
    return sorted(found)


def _of_secrets(session: Any, secrets: Iterable[str]) -> Iterator[Question]:
    """A secret's name may end like an ARN's suffix, and a secret that was made again has another suffix."""
    for written in secrets:
        wanted = references.secret(written)
        client = session.client("secretsmanager", region_name=wanted.arn.region)
        name = wanted.arn.resource.partition(":")[2]
        names = (name, name[:-_SUFFIX]) if wanted.has_suffix else (name,)
        yield partial(_described, client, written, names), "secretsmanager:DescribeSecret", written


def _described(client: Any, written: str, names: Iterable[str]) -> Iterator[Place]:
    for name in names:
        try:
            yield written, str(client.describe_secret(SecretId=name)["ARN"])
        except ClientError as error:
            if code_of(error) != "ResourceNotFoundException":
                raise
        else:
            return


def _of_images(session: Any, missed: Iterable[Missed]) -> Iterator[Question]:
    """What the tags mean now of the images of ECR that were not found."""
    absent = (one.reference for one in missed if one.operation == PULL and one.kind is Kind.NOT_FOUND)
    for written in dict.fromkeys(absent):
        image = references.image(written)
        registry = references.ecr_registry(image.registry)
        if registry is not None and image.tag:
            client = session.client("ecr", region_name=registry.region)
            where = f"{registry.region}:{registry.account}:repository/{image.repository}"
            resource = f"arn:{endpoints.partition(registry.region).name}:ecr:{where}"
            asked = {"registryId": registry.account, "repositoryName": image.repository}
            yield partial(_tagged, client, written, image.tag, asked), "ecr:DescribeImages", resource


def _tagged(client: Any, written: str, tag: str, asked: dict[str, str]) -> Iterator[Place]:
    try:
        found = client.describe_images(**asked, imageIds=[{"imageTag": tag}])["imageDetails"]
    except ClientError as error:
        if code_of(error) not in _NO_IMAGE:
            raise
        found = []
    yield written, str(found[0]["imageDigest"]) if found else ""


def _of_parameters(session: Any, spec: Spec, missed: Iterable[Missed]) -> Iterator[Question]:
    """Bare names in every other region; in the task's own, last, so that it counts, those that one is of."""
    absent = {
        one.reference: one.named
        for one in missed
        if one.operation == _PARAMETERS
        and not one.reference.startswith("arn:")
        and one.kind is Kind.NOT_FOUND
    }
    others = session.get_available_regions("ssm", partition_name=spec.partition) if absent else ()
    asked = [(region, sorted(absent)) for region in others if region != spec.region]
    unsure = sorted(name for name, named in absent.items() if not named)
    for region, names in [*asked, *([(spec.region, unsure)] if unsure else [])]:
        client = session.client("ssm", region_name=region, config=_BRIEF)
        resource = f"arn:{spec.partition}:ssm:*:{spec.account}:*"
        yield partial(_named, client, region, tuple(names)), "ssm:DescribeParameters", resource


def _named(client: Any, region: str, names: tuple[str, ...]) -> Iterator[Place]:
    """The names that a region has; one that the account does not use has none."""
    wanted = {name.partition(":")[0]: name for name in names}
    bare = list(wanted)
    paginate = client.get_paginator("describe_parameters").paginate
    try:
        for start in range(0, len(bare), _NAMES):
            filters = [{"Key": "Name", "Option": "Equals", "Values": bare[start : start + _NAMES]}]
            for page in paginate(ParameterFilters=filters):
                yield from ((wanted[one["Name"]], region) for one in page["Parameters"])
    except ClientError as error:
        if code_of(error) not in _NOT_ENABLED:
            raise
