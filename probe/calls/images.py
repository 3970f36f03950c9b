"""What is proven of one image: the manifest, its platform, the config blob, one byte of the smallest layer.

That is every step of a pull, the redirect to the layers' host included, for a few kilobytes.
"""

from __future__ import annotations

from functools import partial
from typing import TypeVar

import msgspec

from probe import forms, references
from probe.calls.transfer import Answer, Registry, accepted, ask, fetch, noted
from probe.failures import UnusableAnswerError
from probe.model import Kind
from probe.vantage import Facts, Vantage

T = TypeVar("T")
_OK = 200

_OCI, _DOCKER = "application/vnd.oci.image", "application/vnd.docker.distribution"
INDEXES = (f"{_OCI}.index.v1+json", f"{_DOCKER}.manifest.list.v2+json")
MANIFESTS = (f"{_OCI}.manifest.v1+json", f"{_DOCKER}.manifest.v2+json")
ACCEPT = {"Accept": ", ".join((*INDEXES, *MANIFESTS))}

COUNTING = frozenset({"registry-1.docker.io"})
"""Registries that count manifests against a quota, but no HEAD."""

_NO_IMAGE = "unknown"
"""The system of an index's attestations.  https://docs.docker.com/build/metadata/attestations/attestation-storage/"""

SPARED = 10
"""Pulls that are left to the service: with fewer than these a counting registry is asked by HEAD alone."""


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


def prove(registry: Registry, image: references.Image, vantage: Vantage, facts: Facts) -> None:
    """All of a pull, or as much of it as can be spared; the fact ``proven`` says where that is less.

    https://docs.docker.com/docker-hub/usage/pulls/
    """
    if registry.host in COUNTING and _left(registry, image, vantage, facts) < SPARED:
        facts["proven"] = "manifest"
    else:
        _whole(registry, image, vantage, facts)


def _left(registry: Registry, image: references.Image, vantage: Vantage, facts: Facts) -> int:
    """The pulls that a counting registry still grants this address or login; none where it does not say."""
    answer = noted(_head(registry, image, vantage), facts)
    accepted(answer, registry.host)
    said = answer.headers.get("ratelimit-remaining", "").partition(";")[0]
    if not said.isdecimal():
        return 0
    facts["pulls_left"] = int(said)
    if not int(said):
        words = f"{registry.host} has no pulls left for this address or login"
        raise UnusableAnswerError(Kind.THROTTLED, words, "ratelimit-remaining", registry.host)
    return int(said)


def _head(registry: Registry, image: references.Image, vantage: Vantage) -> Answer:
    path = f"/v2/{image.repository}/manifests/{image.reference}"
    return ask(registry, path, ACCEPT, vantage, method="HEAD")


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
        return forms.read(body, form)
    except ValueError as error:  # msgspec's own, and Python's where the bytes are no UTF-8
        raise UnusableAnswerError(
            Kind.NOT_THE_SERVICE, f"no JSON of the expected form: {error}", path
        ) from None


def _entry(entries: tuple[Entry, ...], wanted: str, facts: Facts) -> Entry:
    """The index's entry for the task's platform; the fact ``platforms`` is all that it has."""
    images = [one for one in entries if one.platform and one.platform.os != _NO_IMAGE]
    built = {str(one.platform): one for one in reversed(images)}  # The first of two counts.
    facts["platforms"] = tuple(sorted(built))
    if wanted not in built:
        raise _mismatch(tuple(sorted(built)), wanted, facts)
    return built[wanted]


def _suits(platform: Platform, wanted: str, facts: Facts) -> None:
    if str(platform) != wanted:
        raise _mismatch((str(platform),), wanted, facts)


def _mismatch(have: tuple[str, ...], wanted: str, facts: Facts) -> UnusableAnswerError:
    facts["platforms"] = have
    return UnusableAnswerError(
        Kind.PLATFORM_MISMATCH, f"the image is for {', '.join(have)}, not for {wanted}"
    )


def note_pin(
    registry: Registry, pinned: references.Image, written: references.Image, vantage: Vantage, facts: Facts
) -> None:
    """A digest that a revision pinned is gone: what its tag means now, empty where that is gone too."""
    facts["pinned"] = str(pinned.digest)
    answer = _head(registry, written, vantage)
    facts["tag_digest"] = answer.headers.get("docker-content-digest", "") if answer.status == _OK else ""
