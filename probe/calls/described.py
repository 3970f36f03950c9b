"""What is asked about secrets whose values are not to be read: whether they are there.

None of it passes: a description proves neither the right to read the value, nor its key, nor the right
to decrypt it.  A secret is described, which few execution roles may; a parameter is asked for as it is
stored, without decryption, by the agent's own call.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from probe import references
from probe.calls import signed, ssm
from probe.failures import UnusableAnswerError
from probe.model import Call, Kind, Observation, Status, Target
from probe.vantage import Facts, Vantage, skip

_THERE = "it is there; its value, and the right to read and decrypt it, are not proven"
_UNKNOWN = "the role may not describe it, so that nothing is proven"
_PASSED_ON = "it stands for a secret's value, so that nothing is proven"


def run(
    calls: tuple[Call, ...], target: Target, below: tuple[Observation, ...], vantage: Vantage
) -> Iterator[Observation]:
    """One observation a reference: a skip that says how much is known, or what is wrong with it."""
    if target.service == "secretsmanager":
        for told in signed.each(calls, target, vantage, "secretsmanager", _describe):
            yield _unproven(told, calls, denied=_UNKNOWN)
        return
    for call in calls:
        if references.stands_for_secret(call.reference):
            yield skip(signed.step(call, target), f"{call.withheld}: {_PASSED_ON}")
    stored = tuple(call for call in calls if not references.stands_for_secret(call.reference))
    yield from (_unproven(told, calls) for told in ssm.run(stored, target, below, vantage))


def _describe(client: Any, call: Call, _: Facts) -> None:
    secret = references.secret_id(call.reference)
    found = client.describe_secret(SecretId=secret)
    if "DeletedDate" in found:
        raise UnusableAnswerError(Kind.INVALID_REFERENCE, f"{secret} is marked for deletion", "DeletedDate")
    versions = found.get("VersionIdsToStages", {})
    stages = {stage for labels in versions.values() for stage in labels}
    version, stage = call.arguments.get("version"), call.arguments.get("stage", "AWSCURRENT")
    if stage not in stages if version is None else version not in versions:
        raise UnusableAnswerError(Kind.NOT_FOUND, f"{secret} has no secret value for {version or stage}")


def _unproven(told: Observation, calls: tuple[Call, ...], denied: str = "") -> Observation:
    """The observation of what was asked instead; a success, or a refusal to describe, proves nothing."""
    withheld = next(call.withheld for call in calls if call.reference == (told.reference or ""))
    refused = bool(denied) and told.failure is not None and told.failure.kind is Kind.ACCESS_DENIED
    if told.status is not Status.PASS and not refused:
        return told
    because = f"{withheld}: {denied if refused else _THERE}"
    return msgspec.structs.replace(told, status=Status.SKIP, failure=None, because=because)
