"""Stages two and four: the manifest of an image, and its layers, as containerd pulls them on Fargate."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from probe.lab.fargate import challenges, stops
from probe.lab.fargate.calls import ECR, Caller, CallError, call
from probe.lab.fargate.dial import Line, Request, Response, TransportError, fetch, phrase

MANIFEST_TRIES = 7
LAYER_TRIES = 5
_REDIRECTS = 3
_ECR_HOST = re.compile(
    r"^(?P<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)$"
)
_ACCEPT = (
    "application/vnd.docker.distribution.manifest.v2+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.oci.image.index.v1+json, */*"
)


@dataclass(frozen=True)
class ImageReference:
    """An image as a task definition writes it, with Docker's defaults filled in."""

    text: str
    host: str
    repository: str
    tag: str
    digest: str

    @property
    def selector(self) -> str:
        return self.digest or self.tag

    @property
    def ecr(self) -> tuple[str, str] | None:
        """Account and region of a private ECR registry; ``None`` for any other host."""
        match = _ECR_HOST.match(self.host)
        return (match["account"], match["region"]) if match else None

    @property
    def full(self) -> str:
        """The reference as containerd prints it."""
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.host}/{self.repository}{tag}" + (f"@{self.digest}" if self.digest else "")

    @property
    def base_url(self) -> str:
        host = "registry-1.docker.io" if self.host == "docker.io" else self.host
        return f"https://{host}/v2/{self.repository}"


@dataclass(frozen=True, kw_only=True)
class Image:
    """What a pull found: the config blob's ``config`` part, its architecture, its layers and their owner."""

    reference: ImageReference
    digest: str
    config: Mapping[str, Any]
    architecture: str = ""


@dataclass(frozen=True, kw_only=True)
class Pull:
    """One image of a task under way: its reference, the manifest of the platform, the authorization."""

    reference: ImageReference
    digest: str
    manifest: Mapping[str, Any] = field(default_factory=dict)
    login: str = field(default="", repr=False)


def parse(text: str) -> ImageReference:
    """Read an image reference: ``[host/]repository[:tag][@digest]``, Docker Hub where no host is named."""
    name, _, digest = text.partition("@")
    head, slash, rest = name.partition("/")
    host, path = (head, rest) if slash and re.search(r"[.:]|^localhost$", head) else ("docker.io", name)
    repository, _, tag = path.partition(":")
    if host == "docker.io" and "/" not in repository:
        repository = f"library/{repository}"
    return ImageReference(text, host, repository, tag or ("" if digest else "latest"), digest)


def registry_token(caller: Caller, account: str, region: str) -> str:
    """The value of a Basic authorization header for an ECR registry.  Raises StartError."""
    try:
        answer = call(caller, ECR, region, "GetAuthorizationToken", {"registryIds": [account]})
    except CallError as error:
        raise (stops.registry_unreachable if error.unanswered else stops.registry_refused)(
            error.words
        ) from None
    return "Basic " + str(answer["authorizationData"][0]["authorizationToken"])


def basic(user: str, password: str) -> str:
    """The value of a Basic authorization header for any other registry."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def resolve(line: Line, reference: ImageReference, login: str, platform: str) -> Pull:
    """Find the manifest of the task's platform (``linux/amd64``).  Raises StartError."""
    pull = _admitted(line, reference, login)
    found = _manifest(line, pull, pull.digest)
    if "manifests" not in found:
        return replace(pull, manifest=found)
    return replace(pull, manifest=_manifest(line, pull, _for_platform(found["manifests"], platform)))


def download(line: Line, pull: Pull) -> Image:
    """Fetch the config blob and every layer, redirects included.  Raises StartError."""
    config = json.loads(_blob(line, pull, pull.manifest["config"]["digest"]))
    for layer in pull.manifest.get("layers", ()):
        _blob(line, pull, layer["digest"])
    return Image(
        reference=pull.reference,
        digest=pull.digest,
        config=config.get("config") or {},
        architecture=config.get("architecture", ""),
    )


def _admitted(line: Line, reference: ImageReference, login: str) -> Pull:
    """The digest that a reference stands for, and what the registry wants to be shown from then on.

    ECR is shown its token at once, others what they ask for.
    """
    shown = login if reference.ecr else ""
    url = f"{reference.base_url}/manifests/{reference.selector}"
    answer = _manifest_request(line, reference, "HEAD", url, shown)
    if answer.status == 401:  # noqa: PLR2004 - HTTP's Unauthorized
        shown = challenges.authorization(line, reference.full, reference.repository, answer, login)
        answer = _manifest_request(line, reference, "HEAD", url, shown)
    _accept(reference, "HEAD", url, answer)
    digest = answer.headers.get("docker-content-digest", reference.digest)
    return Pull(reference=reference, digest=digest, login=shown)


def _manifest(line: Line, pull: Pull, digest: str) -> Mapping[str, Any]:
    url = f"{pull.reference.base_url}/manifests/{digest}"
    answer = _manifest_request(line, pull.reference, "GET", url, pull.login)
    if answer.status == 429:  # noqa: PLR2004 - HTTP's Too Many Requests
        # Asking what a tag means is free where pulls are counted; the fetch is what is refused.
        said = json.loads(answer.body)["errors"][0]
        words = f"{said['code'].lower()}: {said['message']}"
        raise stops.layer_refused(url, f"429 {phrase(429)} - Server message: {words}")
    _accept(pull.reference, "GET", url, answer)
    with contextlib.suppress(ValueError):
        return dict(json.loads(answer.body))
    kind = answer.headers.get("content-type", "").partition(";")[0]
    raise stops.manifest(
        f"failed to resolve ref {pull.reference.full}: unexpected media type {kind} for {digest}: not found",
        1,
    )


def _manifest_request(line: Line, reference: ImageReference, method: str, url: str, login: str) -> Response:
    headers = {"Accept": _ACCEPT, **({"Authorization": login} if login else {})}
    answer = _repeated(line, Request(method=method, url=url, headers=headers), MANIFEST_TRIES)
    if isinstance(answer, TransportError):
        words = f'failed to do request: {method.title()} "{url}": {answer}'
        raise stops.manifest(f"failed to resolve ref {reference.full}: {words}", MANIFEST_TRIES)
    return answer


def _accept(reference: ImageReference, method: str, url: str, answer: Response) -> None:
    ref = f"failed to resolve ref {reference.full}: "
    match answer.status:
        case 200:
            return
        case 404:
            raise stops.manifest(f"{ref}not found", MANIFEST_TRIES)
        case 401:
            raise challenges.denied(reference.full, answer)
        case _:
            status = f"{answer.status} {phrase(answer.status)}"
            raise stops.manifest(f"{ref}unexpected status from {method} request to {url}: {status}", 1)


def _for_platform(entries: list[Mapping[str, Any]], platform: str) -> str:
    for entry in entries:
        found = entry.get("platform", {})
        if f"{found.get('os')}/{found.get('architecture')}" == platform:
            return str(entry["digest"])
    raise stops.manifest(
        f"image Manifest does not contain descriptor matching platform '{platform}'", MANIFEST_TRIES
    )


def _blob(line: Line, pull: Pull, digest: str) -> bytes:
    url = f"{pull.reference.base_url}/blobs/{digest}"
    headers = {"Authorization": pull.login} if pull.login else {}
    answer = _following(line, Request(method="GET", url=url, headers=headers))
    if isinstance(answer, TransportError):
        raise stops.layer_unreachable(pull.reference.full, str(answer))
    if answer.status not in (200, 206):
        # S3 has a reason phrase of its own: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
        said = "Slow Down" if b"<Code>SlowDown</Code>" in answer.body else phrase(answer.status)
        raise stops.layer_refused(pull.reference.full, f"{answer.status} {said}")
    found = f"sha256:{hashlib.sha256(answer.body).hexdigest()}"
    if found != digest:
        raise stops.layer_foreign(digest, found)
    return answer.body


def _following(line: Line, request: Request) -> Response | TransportError:
    answer = _repeated(line, request, LAYER_TRIES)
    for _ in range(_REDIRECTS):
        if isinstance(answer, TransportError) or answer.status not in (301, 302, 303, 307, 308):
            break
        target = urljoin(request.url, answer.headers.get("location", ""))
        # Go drops the authorization when a redirect leaves the host, and S3 refuses a presigned URL with one.
        stays = urlsplit(target).hostname == urlsplit(request.url).hostname
        request = Request(method="GET", url=target, headers=request.headers if stays else {})
        answer = _repeated(line, request, LAYER_TRIES)
    return answer


def _repeated(line: Line, request: Request, tries: int) -> Response | TransportError:
    answer: Response | TransportError = TransportError("EOF")
    for _ in range(tries):
        try:
            answer = fetch(line.among(tries), request)
        except TransportError as error:
            answer = error
            continue
        if answer.status < 500:  # noqa: PLR2004 - what HTTP calls the server's own failures
            break
    return answer
