"""What the role did not find, looked for with the operator's own credentials: names alone, never a value.

A bare parameter's name means the task's region, and the parameter may be in another.  A secret may be there
under an ARN that its reference does not give.  A tag may be there where the digest that was pinned is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
from probe.model import Kind, Outcome, Spec

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


def find(session: Any, spec: Spec, outcomes: Iterable[Outcome]) -> Found:
    """Every reference that AWS did not know in the place that it names."""
    ended = tuple(outcomes)
    secrets, names = _missing(ended)
    questions = [*_of_secrets(session, secrets), *_of_parameters(session, spec, names)]
    questions += _of_images(session, ended)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        parts = tuple(pool.map(lambda question: attempt(*question), questions))
    refused = {part.action: part for part in parts if isinstance(part, Denied)}
    places = dict(place for part in parts if not isinstance(part, Denied) for place in part)
    return Found(places=places, refused=tuple(refused.values()))


def _missing(outcomes: tuple[Outcome, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The secrets, and the bare names of parameters, that AWS did not know, each once.

    Who may read a secret under its whole ARN is refused it under a shorter one.
    """
    asked = {
        (one.operation, one.reference, one.failure.kind)
        for outcome in outcomes
        for one in outcome.observations
        if one.reference and one.failure is not None
    }
    secrets = {
        references.secret_id(written)
        for operation, written, kind in asked
        if operation == _SECRET and references.is_secret(written) and kind in _UNKNOWN
    }
    names = {
        written
        for operation, written, kind in asked
        if operation == _PARAMETERS and not written.startswith("arn:") and kind is Kind.NOT_FOUND
    }
    return tuple(sorted(secrets)), tuple(sorted(names))


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


def _of_images(session: Any, outcomes: tuple[Outcome, ...]) -> Iterator[Question]:
    """What the tags mean now of the images of ECR that were not found."""
    for written in dict.fromkeys(_absent_images(outcomes)):
        image = references.image(written)
        registry = references.ecr_registry(image.registry)
        if registry is not None and image.tag:
            client = session.client("ecr", region_name=registry.region)
            where = f"{registry.region}:{registry.account}:repository/{image.repository}"
            resource = f"arn:{endpoints.partition(registry.region).name}:ecr:{where}"
            asked = {"registryId": registry.account, "repositoryName": image.repository}
            yield partial(_tagged, client, written, image.tag, asked), "ecr:DescribeImages", resource


def _absent_images(outcomes: tuple[Outcome, ...]) -> Iterator[str]:
    for one in (one for outcome in outcomes for one in outcome.observations):
        if one.operation == PULL and one.reference and one.failure and one.failure.kind is Kind.NOT_FOUND:
            yield one.reference


def _tagged(client: Any, written: str, tag: str, asked: dict[str, str]) -> Iterator[Place]:
    try:
        found = client.describe_images(**asked, imageIds=[{"imageTag": tag}])["imageDetails"]
    except ClientError as error:
        if code_of(error) not in _NO_IMAGE:
            raise
        found = []
    yield written, str(found[0]["imageDigest"]) if found else ""


def _of_parameters(session: Any, spec: Spec, names: tuple[str, ...]) -> Iterator[Question]:
    if not names:
        return
    for region in session.get_available_regions("ssm", partition_name=spec.partition):
        if region != spec.region:
            client = session.client("ssm", region_name=region, config=_BRIEF)
            resource = f"arn:{spec.partition}:ssm:*:{spec.account}:*"
            yield partial(_named, client, region, names), "ssm:DescribeParameters", resource


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
