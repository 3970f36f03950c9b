"""``registry:Pull``: the manifest, its platform, the config blob, and one byte of the smallest layer.

That proves every step of a pull, the redirect to the layers' host included, for a few kilobytes.  The
token and a redirect's query are credentials: neither is ever written down.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TypeVar

import msgspec

from probe import crew, failures, references
from probe.calls import challenge, ecr, signed
from probe.calls.transfer import Registry, accepted, ask, fetch
from probe.checks import http
from probe.failures import UnusableAnswerError
from probe.model import Call, Kind, Observation, Target
from probe.vantage import Facts, Vantage, observe, skip

T = TypeVar("T")

_OCI, _DOCKER = "application/vnd.oci.image", "application/vnd.docker.distribution"
INDEXES = (f"{_OCI}.index.v1+json", f"{_DOCKER}.manifest.list.v2+json")
MANIFESTS = (f"{_OCI}.manifest.v1+json", f"{_DOCKER}.manifest.v2+json")
ACCEPT = {"Accept": ", ".join((*INDEXES, *MANIFESTS))}

COUNTING = frozenset({"registry-1.docker.io"})
"""Registries that count manifests against a quota, but no HEAD: there the manifest alone is proven."""

UNREADABLE: tuple[type[Exception], ...] = (*signed.ERRORS, UnusableAnswerError)
"""How a registry's credentials can fail to be had; their own call tells it, the pull only waits for them."""


class Platform(msgspec.Struct, frozen=True):
    """What an image was built for; in a config blob as well as in an index."""

    os: str = ""
    architecture: str = ""

    def __str__(self) -> str:
        return f"{self.os}/{self.architecture}"


class Entry(msgspec.Struct, frozen=True):
    """A descriptor: of a manifest in an index, of the config or a layer in a manifest."""

    digest: str
    size: int = 0
    platform: Platform | None = None


class Manifest(msgspec.Struct, frozen=True):
    """An index has ``manifests``, a manifest ``config`` and ``layers``."""

    manifests: tuple[Entry, ...] = ()
    config: Entry | None = None
    layers: tuple[Entry, ...] = ()


def run(
    calls: tuple[Call, ...], target: Target, below: tuple[Observation, ...], vantage: Vantage
) -> Iterator[Observation]:
    """One observation an image; skipped where the region's token never came, which is told elsewhere.

    The facts ``redirect`` and ``redirect_address`` are where the blobs lead, ``platforms`` what there is.
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
        image = references.image(call.reference)
        registry = Registry(target.host, target.port, address, None)
        authorized = (
            f"Basic {token or _own_token(target, vantage)}"
            if target.service == "ecr.dkr"
            else challenge.authorization(registry, image.repository, login, vantage, facts)
        )
        _prove(replace(registry, authorization=authorized), image, vantage, facts)

    return observe(vantage, signed.step(call, target), act, errors=(*http.ERRORS, *signed.ERRORS))


def _own_token(target: Target, vantage: Vantage) -> str:
    """A token for one pull, where the plan has no target that gets one."""
    return ecr.token(vantage.client("ecr", target.region), target.host.partition(".")[0])


def _prove(registry: Registry, image: references.Image, vantage: Vantage, facts: Facts) -> None:
    """All of a pull, or as much of it as costs nothing; the fact ``proven`` says where that is less."""
    if registry.host not in COUNTING:
        _whole(registry, image, vantage, facts)
        return
    path = f"/v2/{image.repository}/manifests/{image.reference}"
    accepted(ask(registry, path, ACCEPT, vantage, method="HEAD"), registry.host)
    facts["proven"] = "manifest"


def _whole(registry: Registry, image: references.Image, vantage: Vantage, facts: Facts) -> None:
    """Everything that a pull fetches, the layers by one byte of the smallest."""
    get = partial(_document, registry, f"/v2/{image.repository}", vantage, facts)
    manifest = get(f"manifests/{image.reference}", Manifest)
    if manifest.manifests:
        entry = _entry(manifest.manifests, vantage.work.platform, facts)
        manifest = get(f"manifests/{entry.digest}", Manifest)
    if manifest.config is None or not manifest.layers:
        why = "the manifest names no config or no layer"
        raise UnusableAnswerError(Kind.NOT_THE_SERVICE, why, "manifest")
    _suits(get(f"blobs/{manifest.config.digest}", Platform), vantage.work.platform, facts)
    smallest = min(manifest.layers, key=lambda layer: layer.size)
    path = f"/v2/{image.repository}/blobs/{smallest.digest}"
    fetch(registry, path, {"Range": "bytes=0-0"}, vantage, facts, limit=1)


def _document(registry: Registry, root: str, vantage: Vantage, facts: Facts, path: str, form: type[T]) -> T:
    """A JSON document below the repository, in the form that is expected of it."""
    body = fetch(registry, f"{root}/{path}", ACCEPT if path.startswith("manifests") else {}, vantage, facts)
    try:
        return msgspec.json.decode(body, type=form)
    except msgspec.MsgspecError as error:
        raise UnusableAnswerError(
            Kind.NOT_THE_SERVICE, f"no JSON of the expected form: {error}", path
        ) from None


def _entry(entries: tuple[Entry, ...], wanted: str, facts: Facts) -> Entry:
    """The index's entry for the task's platform."""
    found = next((one for one in entries if str(one.platform) == wanted), None)
    if found is None:
        have = tuple(sorted({str(one.platform) for one in entries if one.platform}))
        raise _mismatch(have, wanted, facts)
    return found


def _suits(platform: Platform, wanted: str, facts: Facts) -> None:
    if str(platform) != wanted:
        raise _mismatch((str(platform),), wanted, facts)


def _mismatch(have: tuple[str, ...], wanted: str, facts: Facts) -> UnusableAnswerError:
    facts["platforms"] = have
    return UnusableAnswerError(
        Kind.PLATFORM_MISMATCH, f"the image is for {', '.join(have)}, not for {wanted}"
    )
