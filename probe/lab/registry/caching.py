"""Pull-through caches: a repository of ECR that is filled from another registry when it is first pulled from.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from probe.lab.api.errors import ApiError
from probe.lab.registry import hubs, manifests
from probe.lab.registry.hubs import Hub
from probe.lab.registry.protocol import Wanted

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud
    from probe.lab.names import Place
    from probe.lab.registry.child import Child

IMPORTING = ("ecr:BatchImportUpstreamImage", "ecr:CreateRepository")
"""What a first pull asks of the caller besides."""

_ANY = (
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.docker.distribution.manifest.v2+json, "
    "application/vnd.oci.image.index.v1+json, "
    "application/vnd.oci.image.manifest.v1+json"
)


class Caches:
    """The rules, by account, region and prefix, and the hand that imports."""

    def __init__(self, cloud: Cloud, child: Child) -> None:
        self._cloud, self._child = cloud, child
        self._rules: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = {}

    def rules(self, account: str, region: str) -> dict[str, Mapping[str, Any]]:
        """A registry's rules by prefix; a change of them holds at once."""
        return self._rules.setdefault((account, region), {})

    def upstream(self, place: Place, repository: str) -> tuple[Hub, str] | None:
        """The registry that a repository caches, and the repository there."""
        for prefix, rule in self.rules(place.label, place.region).items():
            if repository.startswith(f"{prefix}/"):
                hub = hubs.at(str(rule["upstreamRegistryUrl"]))
                return hub, repository.removeprefix(f"{prefix}/")
        return None

    def fill(self, place: Place, wanted: Wanted) -> None:
        """Import an image that the cache lacks, if its registry has it and shows it to everybody."""
        found = self.upstream(place, wanted.repository)
        if found is not None and self._cloud.registry.outside.shows(*found):
            self._import(place, wanted, f"{found[0].host}/{found[1]}")

    def _import(self, place: Place, wanted: Wanted, source: str) -> None:
        """One manifest with everything below it, blobs mounted from the other repository."""
        made = self._child.ask("GET", f"/v2/{source}/manifests/{wanted.reference}", {"accept": _ANY})
        if made.status != 200:  # noqa: PLR2004 - HTTP's OK
            return
        self._make(place, wanted.repository)
        document: Mapping[str, Any] = json.loads(made.body)
        for entry in document.get("manifests", ()):
            self._import(place, replace(wanted, reference=entry["digest"]), source)
        ours = f"/v2/{place.region}/{wanted.repository}"
        for blob in (*document.get("layers", ()), *filter(None, [document.get("config")])):
            self._child.ask("POST", f"{ours}/blobs/uploads/?mount={blob['digest']}&from={source}", {})
        kind = made.headers["content-type"]
        self._child.ask("PUT", f"{ours}/manifests/{wanted.reference}", {"content-type": kind}, made.body)
        manifests.record(self._cloud, place, wanted, made.body, made.headers)

    def _make(self, place: Place, name: str) -> None:
        with self._cloud.lock:
            ecr = self._cloud.backend("ecr", place.region, place.label)
            if name not in ecr.repositories:
                ecr.create_repository(name, None, None, None, None, None)


def check(upstream: str) -> None:
    """Raise ApiError for a registry that ECR caches nothing of, or that the lab has not."""
    if upstream not in {hub.host for hub in hubs.WELL_KNOWN}:
        text = f"The upstream registry {upstream} is not supported."
        raise ApiError("UnsupportedUpstreamRegistryException", text)
