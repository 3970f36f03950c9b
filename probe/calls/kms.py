"""``DescribeKey``, only where a plan asks for it: the agent itself never calls KMS.

Secrets Manager and SSM use the key on the caller's behalf, so a task needs no path to KMS.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from probe.calls import signed
from probe.failures import UnusableAnswerError
from probe.model import Call, Kind, Observation, Target
from probe.vantage import Facts, Vantage


def run(
    calls: tuple[Call, ...], target: Target, _: tuple[Observation, ...], vantage: Vantage
) -> Iterator[Observation]:
    """One observation a key; the fact ``state`` is the key's."""
    yield from signed.each(calls, target, vantage, "kms", _describe)


def _describe(client: Any, call: Call, facts: Facts) -> None:
    state = client.describe_key(KeyId=call.reference)["KeyMetadata"]["KeyState"]
    facts["state"] = state
    if state != "Enabled":
        raise UnusableAnswerError(
            Kind.KEY_UNUSABLE, f"the key is {state}", code=state, resource=call.reference
        )
