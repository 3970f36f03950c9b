"""The policies that bear on a denial: the role's own, its boundary, and those of what it was denied.

Read only when something was denied.  A policy that may not be read is noted and the others are kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError
from msgspec.structs import replace

from probe import endpoints, references
from probe.diagnosis.logs import reached_unheard
from probe.diagnosis.own_image import is_refused
from probe.evidence.controls import Key, Policy
from probe.evidence.demands import PULL
from probe.evidence.snapshot import Denied, Snapshot
from probe.launch import keys, simulation
from probe.launch.attempts import Question, attempt
from probe.launch.refusals import code_of
from probe.model import Kind, Outcome, Spec, Target

_IDENTITY, _BOUNDARY, _RESOURCE = "identity-based", "permissions boundary", "resource-based"
_REFUSALS = frozenset({Kind.ACCESS_DENIED, Kind.KEY_UNUSABLE})

Refusal = tuple[str, str, str]
"""The operation that was refused, what it asked for as written, and AWS's words."""


def read(
    session: Any, seen: Snapshot, spec: Spec, targets: Sequence[Target], outcomes: Sequence[Outcome]
) -> Snapshot:
    """The snapshot with every policy that can have caused a denial; as it was where nothing was denied.

    A probe whose lines never came although it reached CloudWatch Logs may have been denied to write them.
    """
    refusals = sorted({*_refused(outcomes), *_suspected(targets, outcomes)})
    denied = sorted({(operation, written) for operation, written, _ in refusals})
    logs = [one for one in targets if one.service == "logs" and one.needed]
    unheard = any(reached_unheard(target, outcome) for target in logs for outcome in outcomes)
    if spec.execution_role is None or not (denied or unheard):
        return seen
    if not denied:
        return replace(seen, simulated=simulation.read(session, spec, logs, ()))
    found, over = _keys(session, spec.region, refusals)
    questions = [*_of_role(session.client("iam"), spec.execution_role), *keys.policies(session, found)]
    questions += [each for refusal in denied for each in _of_resource(session, *refusal)]
    parts = [attempt(*question) for question in questions]
    refused = tuple(part for part in (*parts, *over) if isinstance(part, Denied))
    told = tuple(policy for part in parts if not isinstance(part, Denied) for policy in part)
    nothing = not told and len(refused) == len(parts) + len(over)
    return replace(
        seen,
        policies=refused[0] if nothing else told,
        keys=found,
        simulated=simulation.read(session, spec, targets, found),
        partial=(*seen.partial, *(refused[1:] if nothing else refused)),
    )


def _refused(outcomes: Iterable[Outcome]) -> Iterator[Refusal]:
    for outcome in outcomes:
        for one in outcome.observations:
            if one.failure is not None and one.failure.kind in _REFUSALS:
                yield one.operation, one.reference or "", one.failure.words


def _suspected(targets: Iterable[Target], outcomes: Iterable[Outcome]) -> Iterator[Refusal]:
    """The pulls of the service's own images: who is refused the probe's may be refused theirs."""
    if any(map(is_refused, outcomes)):
        calls = (call for target in targets if target.service == "ecr.dkr" for call in target.calls)
        yield from ((PULL, call.reference, "") for call in calls if call.operation == PULL and call.needed)


def _keys(
    session: Any, region: str, refusals: Iterable[Refusal]
) -> tuple[tuple[Key, ...], list[tuple[Key, ...] | Denied]]:
    """The keys over what was refused, and what was asked in order to know them."""
    named = [tuple(keys.told(written, words)) for _, written, words in refusals]
    over = dict.fromkeys((operation, written) for operation, written, _ in refusals)
    asked = [attempt(*each) for refusal in over for each in keys.over(session, region, *refusal)]
    asked += [attempt(*question) for question in keys.states(session, _merged((*named, *asked)))]
    return _merged((*named, *asked)), asked


def _merged(parts: Iterable[tuple[Key, ...] | Denied]) -> tuple[Key, ...]:
    """One key for each ARN, over all that it protects."""
    by_arn: dict[str, Key] = {}
    for key in (key for part in parts if not isinstance(part, Denied) for key in part):
        protects = by_arn[key.arn].protects if key.arn in by_arn else ()
        by_arn[key.arn] = replace(key, protects=tuple(dict.fromkeys((*protects, *key.protects))))
    return tuple(by_arn.values())


def _of_role(iam: Any, role: str) -> Iterator[Question]:
    name = role.rpartition("/")[2]
    yield lambda: _inline(iam, role, name), "iam:ListRolePolicies", role
    yield lambda: _attached(iam, role, name), "iam:ListAttachedRolePolicies", role
    yield lambda: _boundary(iam, role, name), "iam:GetRole", role


def _inline(iam: Any, role: str, name: str) -> Iterator[Policy]:
    for page in iam.get_paginator("list_role_policies").paginate(RoleName=name):
        for inline in page["PolicyNames"]:
            found = iam.get_role_policy(RoleName=name, PolicyName=inline)
            yield _policy(role, _IDENTITY, inline, found["PolicyDocument"])


def _attached(iam: Any, role: str, name: str) -> Iterator[Policy]:
    for page in iam.get_paginator("list_attached_role_policies").paginate(RoleName=name):
        for attached in page["AttachedPolicies"]:
            yield _policy(role, _IDENTITY, attached["PolicyArn"], _managed(iam, attached["PolicyArn"]))


def _boundary(iam: Any, role: str, name: str) -> Iterator[Policy]:
    found = iam.get_role(RoleName=name)["Role"].get("PermissionsBoundary", {})
    boundary = found.get("PermissionsBoundaryArn")
    if boundary:
        yield _policy(role, _BOUNDARY, boundary, _managed(iam, boundary))


def _managed(iam: Any, arn: str) -> Any:
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


def _of_resource(session: Any, operation: str, written: str) -> Iterator[Question]:
    """A secret's, a repository's or a bucket's own policy."""
    with suppress(references.MalformedReferenceError):
        if operation == PULL:
            yield from _of_image(session, references.image(written))
        elif operation.startswith("s3:") and written:
            yield _of_bucket(session, references.s3_object(written).bucket, written.partition("/")[0])
        elif references.is_secret(written):
            yield _of_secret(session, references.secret(written).arn)


def _of_bucket(session: Any, bucket: str, arn: str) -> Question:
    def ask() -> Iterator[Policy]:
        client = session.client("s3")
        try:
            yield _policy(arn, _RESOURCE, arn, client.get_bucket_policy(Bucket=bucket)["Policy"])
        except ClientError as error:
            if code_of(error) != "NoSuchBucketPolicy":
                raise

    return ask, "s3:GetBucketPolicy", arn


def _of_secret(session: Any, arn: references.Arn) -> Question:
    def ask() -> Iterator[Policy]:
        client = session.client("secretsmanager", region_name=arn.region)
        found = client.get_resource_policy(SecretId=str(arn)).get("ResourcePolicy")
        if found:
            yield _policy(str(arn), _RESOURCE, str(arn), found)

    return ask, "secretsmanager:GetResourcePolicy", str(arn)


def _of_image(session: Any, image: references.Image) -> Iterator[Question]:
    registry = references.ecr_registry(image.registry)
    if registry is None:
        return
    partition = endpoints.partition(registry.region).name
    arn = f"arn:{partition}:ecr:{registry.region}:{registry.account}:repository/{image.repository}"
    asked = {"registryId": registry.account, "repositoryName": image.repository}
    region = registry.region

    def ask() -> Iterator[Policy]:
        client = session.client("ecr", region_name=region)
        with suppress(client.exceptions.RepositoryPolicyNotFoundException):
            yield _policy(arn, _RESOURCE, arn, client.get_repository_policy(**asked)["policyText"])

    yield ask, "ecr:GetRepositoryPolicy", arn


def _policy(attached_to: str, kind: str, name: str, document: Any) -> Policy:
    written = document if isinstance(document, str) else json.dumps(document)
    return Policy(attached_to=attached_to, kind=kind, name=name, document=written)
