"""Where a registry that is not ECR's private one has its API, its tokens and its layers.

A pull is answered with the host of its layers, and the probe follows that; what stands here is for people
who have to name the hosts of a way out before anything can be asked.
https://docs.docker.com/desktop/setup/allow-list/
https://docs.github.com/en/packages/working-with-a-github-packages-registry/working-with-the-container-registry
https://docs.redhat.com/en/documentation/openshift_container_platform/4.18 (Configuring your firewall)
"""

from __future__ import annotations

from probe import references
from probe.model import Noun


class Registry(Noun, kw_only=True):
    """The hosts of a registry: of its API first, of its token server, and of its layers where it says so."""

    api: tuple[str, ...]
    layers: tuple[str, ...] = ()


_DOCKER_HUB = Registry(
    api=("registry-1.docker.io", "auth.docker.io"), layers=("production.cloudflare.docker.com",)
)
_KNOWN = {
    references.DOCKER_HUB: _DOCKER_HUB,
    "registry-1.docker.io": _DOCKER_HUB,
    "ghcr.io": Registry(api=("ghcr.io",), layers=("pkg-containers.githubusercontent.com",)),
    "public.ecr.aws": Registry(api=("public.ecr.aws",), layers=("d5l0dvt14r5h8.cloudfront.net",)),
    "quay.io": Registry(
        api=("quay.io",), layers=("cdn.quay.io", *(f"cdn0{number}.quay.io" for number in range(1, 7)))
    ),
    "registry.gitlab.com": Registry(
        api=("registry.gitlab.com", "gitlab.com"), layers=("cdn.registry.gitlab-static.net",)
    ),
}
_OF_GOOGLE = ("storage.googleapis.com",)


def of(registry: str) -> Registry:
    """The hosts of a registry by its name in an image; its own host alone where nothing else is known."""
    host = registry.partition(":")[0]
    if host == "gcr.io" or host.endswith(".gcr.io"):
        return Registry(api=(host,), layers=_OF_GOOGLE)
    return _KNOWN.get(registry, Registry(api=(host,)))
