"""Image references in Docker's grammar, and the registries that are ECR's."""

from __future__ import annotations

import re

from probe import arns
from probe.model import Noun

DOCKER_HUB = "docker.io"

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*(?::\d+)?")
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_PATH = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_TAG = re.compile(r"[\w][\w.-]{0,127}", re.ASCII)
_DIGEST = re.compile(
    r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}|sha384:[0-9a-f]{96}"
    r"|(?!sha(?:256|384|512):)[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
)
_IDENTIFIER = re.compile(r"[0-9a-f]{64}")
_LONGEST = 255
_ECR = re.compile(
    r"(?P<account>[a-zA-Z0-9][a-zA-Z0-9-_]*)\.dkr[.-]ecr(?:-fips)?\."
    r"(?P<region>[a-z0-9-]+)\.(?:amazonaws|on|c2s|sc2s|cloud|csp)\.[a-z0-9.-]+"
)


class Image(Noun, kw_only=True):
    """An image reference as written; ``registry`` and ``repository`` are what it means."""

    domain: str | None
    path: str
    tag: str | None = None
    digest: str | None = None

    def __str__(self) -> str:
        head = f"{self.domain}/{self.path}" if self.domain is not None else self.path
        tag = f":{self.tag}" if self.tag is not None else ""
        return head + tag + (f"@{self.digest}" if self.digest is not None else "")

    @property
    def registry(self) -> str:
        """The registry's host and port; Docker Hub's where none is written."""
        return DOCKER_HUB if self.domain in {None, "index.docker.io"} else str(self.domain)

    @property
    def port(self) -> int:
        """The registry's port; HTTPS's where none is written."""
        written = self.registry.partition(":")[2]
        return int(written) if written else 443

    @property
    def repository(self) -> str:
        """The path at that registry: Docker Hub keeps one-word names under ``library/``."""
        hub = self.registry == DOCKER_HUB and "/" not in self.path
        return f"library/{self.path}" if hub else self.path

    @property
    def reference(self) -> str:
        """What the manifest is asked for: the digest, the tag, or ``latest``."""
        return self.digest or self.tag or "latest"


class EcrRegistry(Noun, kw_only=True):
    """A private ECR registry: whose, and where."""

    account: str
    region: str


def image(text: str) -> Image:
    """An image reference in Docker's grammar: ``[HOST[:PORT]/]PATH[:TAG][@DIGEST]``.

    https://pkg.go.dev/github.com/distribution/reference
    """
    what = "an image reference"
    rest, at, digest = text.partition("@")
    if at:
        arns.match(
            _DIGEST, digest, what, "the digest is not ALGORITHM:HEX, as long as its kind", len(rest) + 1
        )
    name, tag = _split_tag(rest)
    if tag is not None:
        arns.match(_TAG, tag, what, "the tag has a character that tags cannot have", len(name) + 1)
    domain, path = _split_domain(name)
    start = 0 if domain is None else len(domain) + 1
    if domain is not None:
        arns.match(_DOMAIN, domain, what, "the registry is no host name", 0)
    arns.match(_PATH, path, what, "the repository is not lower-case words joined by / . _ or -", start)
    if domain is None and _IDENTIFIER.fullmatch(path):
        arns.refuse(what, "64 hexadecimal digits are an image's id, not its name", 0)
    if len(name) > _LONGEST:
        arns.refuse(what, f"registry and repository have more than {_LONGEST} characters", _LONGEST)
    return Image(domain=domain, path=path, tag=tag, digest=digest if at else None)


def ecr_registry(host: str) -> EcrRegistry | None:
    """The account and region of a private ECR registry's host name, any partition, FIPS or dual stack."""
    found = _ECR.fullmatch(host)
    return None if found is None else EcrRegistry(account=found["account"], region=found["region"])


def _split_tag(text: str) -> tuple[str, str | None]:
    """Name and tag; a colon before the last slash belongs to the registry's port."""
    head, colon, tag = text.rpartition(":")
    return (head, tag) if colon and "/" not in tag else (text, None)


def _split_domain(name: str) -> tuple[str | None, str]:
    """The registry is a first part with a dot or a port, or ``localhost``, as Docker decides it."""
    first, slash, rest = name.partition("/")
    is_host = slash and ("." in first or ":" in first or first == "localhost" or first != first.lower())
    return (first, rest) if is_host else (None, name)
