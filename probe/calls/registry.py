"""``registry:Pull``: who is let in, with which credentials, and what becomes of the image.

The token and a redirect's query are credentials: neither is ever written down.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from probe import crew, failures, references
from probe.calls import challenge, ecr, images, signed
from probe.calls.transfer import Registry
from probe.checks import http
from probe.failures import UnusableAnswerError
from probe.model import Call, Kind, Observation, Target
from probe.vantage import Facts, Vantage, observe, skip

UNREADABLE: tuple[type[Exception], ...] = (*signed.ERRORS, UnusableAnswerError)
"""How a registry's credentials can fail to be had; their own call tells it, the pull only waits for them."""


def run(
    calls: tuple[Call, ...], target: Target, below: tuple[Observation, ...], vantage: Vantage
) -> Iterator[Observation]:
    """One observation an image; skipped where the region's token never came, which is told elsewhere.

    The facts ``redirect`` and ``redirect_address`` are where the blobs lead, ``platforms`` what there is,
    ``pinned`` a digest that is gone and ``tag_digest`` what its tag means now, ``pulls_left`` a quota,
    ``hidden`` a registry that does not tell an absent image from somebody else's.
    """
    token = _awaited(target, vantage)
    if token == "":
        because = f"ecr:GetAuthorizationToken gave no token for {target.region}"
        yield from (skip(signed.step(call, target), because) for call in calls)
        return
    address = next((one.address for one in below if one.address), target.host)
    yield from crew.at_once([partial(_pull, call, target, address, token, vantage) for call in calls])


def _awaited(target: Target, vantage: Vantage) -> str | None:
    """The token that the region's api target got, empty where it got none; nothing where nobody asks."""
    waiting = vantage.tokens.get(target.region)
    if target.service != "ecr.dkr" or waiting is None:
        return None
    return waiting.result()


def _pull(call: Call, target: Target, address: str, token: str | None, vantage: Vantage) -> Observation:
    try:
        login = challenge.login(call, target, vantage)
    except UNREADABLE as error:
        kind = failures.classify(call.operation, error).kind
        return skip(signed.step(call, target), f"the registry's credentials cannot be read: {kind}")

    def act(facts: Facts) -> None:
        image = references.image(call.arguments.get("pinned", call.reference))
        registry = Registry(target.host, target.port, address, None)
        try:
            authorized = (
                f"Basic {token or _own_token(target, vantage)}"
                if target.service == "ecr.dkr"
                else challenge.authorization(registry, image.repository, login, vantage, facts)
            )
            registry = replace(registry, authorization=authorized)
            images.prove(registry, image, vantage, facts)
        except UnusableAnswerError as error:
            if _hides(error, login, facts):
                facts["hidden"] = registry.host
                raise UnusableAnswerError(Kind.NOT_FOUND, str(error), error.code, error.resource) from None
            if error.kind is Kind.NOT_FOUND and "pinned" in call.arguments:
                images.note_pin(registry, image, references.image(call.reference), vantage, facts)
            raise

    return observe(vantage, signed.step(call, target), act, errors=(*http.ERRORS, *signed.ERRORS))


def _own_token(target: Target, vantage: Vantage) -> str:
    """A token for one pull, where the plan has no target that gets one."""
    return ecr.token(vantage.client("ecr", target.region), target.host.partition(".")[0])


def _hides(error: UnusableAnswerError, login: str | None, facts: Facts) -> bool:
    """Whether a registry refuses an image and not a login: for one that does not exist most do the same.

    That is so once it granted a token, or where its token server refuses somebody who showed no login.
    """
    refused_all = "token_server" in facts and login is None
    return error.kind is Kind.ACCESS_DENIED and ("granted" in facts or refused_all)
