"""The registries that are not ECR's, in front of the same real one: tokens, quotas, layers elsewhere.

Each keeps its repositories below its host's name.  Nobody pushes once policies hold.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from probe.lab.registry import grants, hubs, protocol
from probe.lab.registry.child import Child
from probe.lab.registry.hubs import Hub
from probe.lab.wire import Answer, Request

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

QUOTA = 100
"""Manifests in six hours: https://docs.docker.com/docker-hub/usage/pulls/"""

_VERSION = {"docker-distribution-api-version": "registry/2.0"}
_LIMIT_WORDS = (
    "You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit"
)


class Outside:
    """Answers for the hosts of ``hubs``."""

    def __init__(self, cloud: Cloud, child: Child) -> None:
        self._cloud, self._child = cloud, child
        self._grants = grants.Grants(cloud.faults)
        self._key = secrets.token_bytes(32)
        self._turn = threading.Lock()
        self._fetched = 0

    def answer(self, request: Request) -> Answer:
        """The answer of whichever host was asked."""
        hub = hubs.at(request.host)
        realm = urlsplit(hub.realm)
        if (request.host, request.path) == (realm.hostname, realm.path):
            return self._grants.token(request, hub)
        if request.host == hub.layers:
            return self._layer(request, hub)
        return self._api(request, hub).having(_VERSION) if request.host == hub.host else Answer(404)

    def shows(self, hub: Hub, repository: str) -> bool:
        """Whether a repository is there for everybody."""
        return self._grants.wanted(hub, repository) is None and self._exists(hub, repository)

    def _api(self, request: Request, hub: Hub) -> Answer:
        wanted = protocol.read(request)
        if wanted is None:
            return self._root(request, hub)
        if wanted.writes or wanted.kind == "uploads":
            return self._push(request, hub)
        if not self._is_open(request, hub, wanted.repository):
            return self._unauthorized(request, hub, wanted.repository)
        return self._pull(request, hub, wanted)

    def _pull(self, request: Request, hub: Hub, wanted: protocol.Wanted) -> Answer:
        if wanted.kind == "manifests":
            return self._manifest(request, hub)
        if wanted.kind == "blobs" and hub.layers and request.method == "GET":
            path = f"/{quote(wanted.repository)}/{quote(wanted.reference, safe='')}"
            return Answer(307, {"location": f"https://{hub.layers}{path}?verify={self._signature(path)}"})
        return self._child.relay(request, hub.host)

    def _root(self, request: Request, hub: Hub) -> Answer:
        if request.path not in ("/v2", "/v2/"):
            return protocol.error(404, "UNSUPPORTED", "no such path")
        shut = self._grants.is_shut(request, hub)
        return self._unauthorized(request, hub, "") if shut else Answer(200)

    def _push(self, request: Request, hub: Hub) -> Answer:
        if self._cloud.enforced:
            return protocol.error(403, "DENIED", "requested access to the resource is denied")
        return self._child.relay(request, hub.host)

    def _unauthorized(self, request: Request, hub: Hub, repository: str) -> Answer:
        error = "insufficient_scope" if self._grants.is_known(request) else ""
        made = protocol.error(401, "UNAUTHORIZED", "authentication required")
        return made.having({"www-authenticate": grants.challenge(hub, repository, error)})

    def _is_open(self, request: Request, hub: Hub, repository: str) -> bool:
        """Whether the caller may pull; most registries answer for what does not exist as if he might not."""
        admitted = self._grants.admits(request, hub, repository)
        return admitted and (hub.candid or self._exists(hub, repository))

    def _exists(self, hub: Hub, repository: str) -> bool:
        return self._child.ask("GET", f"/v2/{hub.host}/{repository}/tags/list", {}).status == 200  # noqa: PLR2004 - HTTP's OK

    def _manifest(self, request: Request, hub: Hub) -> Answer:
        """A manifest, if the registry's quota still has one; asking by HEAD is free where it counts.

        https://docs.docker.com/docker-hub/usage/pulls/
        """
        limited = not self._cloud.faults.limited.isdisjoint({hub.name, hub.host})
        free = hub.counts and request.method == "HEAD"
        if limited and not free:
            refused = protocol.error(429, "TOOMANYREQUESTS", _LIMIT_WORDS)
            return refused.having({"retry-after": "21600"})
        made = self._child.relay(request, hub.host)
        if not hub.counts:
            return made
        left = 0 if limited else self._left(spent=0 if free else 1)
        counted = {"ratelimit-limit": f"{QUOTA};w=21600", "ratelimit-remaining": f"{left};w=21600"}
        return made.having({**counted, "docker-ratelimit-source": request.source})

    def _left(self, spent: int) -> int:
        """The manifests that the quota still has, after so many more."""
        with self._turn:
            self._fetched += spent
            return max(QUOTA - self._fetched, 0)

    def _layer(self, request: Request, hub: Hub) -> Answer:
        """A blob, to whoever brings the address that the registry signed."""
        if not hmac.compare_digest(request.query.get("verify", ""), self._signature(request.path)):
            return Answer(403, {"content-type": "text/plain"}, b"Forbidden\n")
        repository, _, digest = request.path.strip("/").rpartition("/")
        return self._child.relay(request, hub.host, f"/v2/{repository}/blobs/{digest}")

    def _signature(self, path: str) -> str:
        return hmac.new(self._key, path.encode(), sha256).hexdigest()
