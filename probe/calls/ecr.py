"""``GetAuthorizationToken``: what every pull from a private registry begins with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from probe.calls import signed
from probe.model import Call, Observation, Target
from probe.vantage import Facts, Vantage


def run(
    calls: tuple[Call, ...], target: Target, _: tuple[Observation, ...], vantage: Vantage
) -> Iterator[Observation]:
    """One observation a call; the token goes to the pulls of the region and nowhere else."""

    def act(client: Any, call: Call, _: Facts) -> None:
        vantage.give_token(target.region, token(client, call.reference))

    yield from signed.each(calls, target, vantage, "ecr", act)


def token(client: Any, account: str) -> str:
    """The registry's Basic credentials (``AWS:...`` in base64), asked for one account as the agent does."""
    registries = {"registryIds": [account]} if account else {}
    answer = client.get_authorization_token(**registries)
    return str(answer["authorizationData"][0]["authorizationToken"])
