"""Registries that are not ECR's: their hosts, their token servers and the hosts that serve their layers.

Those that everybody knows are always there.  Any other name is a self-hosted registry once somebody has
published it: it serves its layers itself, and is open unless a scenario says whose images are private.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Hub:
    """A registry as image references name it, and the host of its API.

    ``realm`` is its token server (none: Basic), ``layers`` the host that blobs are redirected to (none: its
    own).  ``counts`` marks a quota of manifests that are fetched; ``candid`` one that says of a repository
    that it does not exist, where others only say that it may not be pulled.
    """

    name: str
    host: str
    realm: str = ""
    service: str = ""
    layers: str = ""
    counts: bool = False
    candid: bool = False

    @property
    def hosts(self) -> frozenset[str]:
        """Every host name that a pull may need."""
        token_server = urlsplit(self.realm).hostname or ""
        return frozenset({self.host, token_server, self.layers} - {""})


# Challenges and redirects as these registries answer them; Docker's hosts are in its own allow list:
# https://docs.docker.com/desktop/setup/allow-list/
WELL_KNOWN: tuple[Hub, ...] = (
    Hub(
        name="docker.io",
        host="registry-1.docker.io",
        realm="https://auth.docker.io/token",
        service="registry.docker.io",
        layers="production.cloudflare.docker.com",
        counts=True,
    ),
    Hub("ghcr.io", "ghcr.io", "https://ghcr.io/token", "ghcr.io", "pkg-containers.githubusercontent.com"),
    Hub("quay.io", "quay.io", "https://quay.io/v2/auth", "quay.io", "cdn01.quay.io"),
    Hub("gcr.io", "gcr.io", "https://gcr.io/v2/token", "gcr.io", "storage.googleapis.com"),
    Hub(
        name="public.ecr.aws",
        host="public.ecr.aws",
        realm="https://public.ecr.aws/token/",
        service="public.ecr.aws",
        layers="d5l0dvt14r5h8.cloudfront.net",
        candid=True,
    ),
)

_ECR = re.compile(r"\d{12}\.dkr[.-]ecr(-fips)?\..+")


def hosts() -> Iterator[str]:
    """The host names of every registry that everybody knows."""
    for hub in WELL_KNOWN:
        yield from hub.hosts


def at(host: str) -> Hub:
    """The registry behind a host name; a self-hosted one where nobody else is."""
    return next((hub for hub in WELL_KNOWN if host in hub.hosts), Hub(host, host, candid=True))


def split(image: str) -> tuple[Hub | None, str]:
    """An image's registry and the repository there; None for ECR's, and where no registry is named."""
    first, slash, rest = image.partition("/")
    if not slash or not re.search(r"[.:]", first) or _ECR.fullmatch(first):
        return None, image
    if first in {"docker.io", "index.docker.io"} and "/" not in rest:
        rest = f"library/{rest}"
    named = (hub for hub in WELL_KNOWN if first == hub.name)
    return next(named, None) or at("registry-1.docker.io" if first == "index.docker.io" else first), rest
