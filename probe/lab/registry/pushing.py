"""Pushing an image from the operator's side: real blobs, over HTTPS, to the lab's ECR."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import ssl
import tarfile
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
_CONFIG = "application/vnd.docker.container.image.v1+json"
_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


@dataclass(frozen=True)
class _Repository:
    """Where to push: ``https://HOST/v2/NAME`` and the Basic credentials for it."""

    url: str
    authorization: str

    def send(
        self, method: str, url: str, body: bytes, kind: str = "application/octet-stream"
    ) -> Mapping[str, str]:
        """One request; the answer's headers.  Raises urllib.error.HTTPError when ECR refuses."""
        headers = {"Authorization": self.authorization, "Content-Type": kind}
        request = urllib.request.Request(url, body, headers, method=method)  # noqa: S310 - always https
        context = ssl.create_default_context()
        with urllib.request.urlopen(request, context=context, timeout=20) as answer:  # noqa: S310 - always https
            return {name.lower(): value for name, value in answer.headers.items()}

    def blob(self, data: bytes) -> Mapping[str, Any]:
        """Upload a blob; its descriptor without a media type."""
        digest = _digest(data)
        place = urljoin(self.url, self.send("POST", f"{self.url}/blobs/uploads/", b"")["location"])
        joint = "&" if "?" in place else "?"
        self.send("PUT", f"{place}{joint}digest={digest}", data)
        return {"digest": digest, "size": len(data)}

    def manifest(self, document: Mapping[str, Any], reference: str) -> Mapping[str, Any]:
        """Put a manifest under a tag, or under its own digest where ``reference`` is empty."""
        data = json.dumps(document).encode()
        digest = _digest(data)
        self.send("PUT", f"{self.url}/manifests/{reference or digest}", data, document["mediaType"])
        return {"mediaType": document["mediaType"], "digest": digest, "size": len(data)}


def push_image(
    aws: Any,
    repository: str,
    tag: str = "latest",
    platforms: Sequence[str] = ("linux/amd64",),
    entrypoint: Sequence[str] = ("/bin/true",),
    config: Mapping[str, Any] | None = None,
) -> str:
    """Push a small image, for several platforms as a list, and give its URI (``HOST/NAME:TAG``).

    ``aws`` is a boto3 session; the repository is created when it is missing.  ``config`` is what else
    its configuration says (``User``, ``Volumes``, ``Env``, …).  Errors are boto3's and urllib's.
    """
    ecr = aws.client("ecr")
    try:
        uri = ecr.describe_repositories(repositoryNames=[repository])["repositories"][0]["repositoryUri"]
    except ecr.exceptions.RepositoryNotFoundException:
        uri = ecr.create_repository(repositoryName=repository)["repository"]["repositoryUri"]
    token = ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
    host, _, name = uri.partition("/")
    target = _Repository(f"https://{host}/v2/{name}", f"Basic {token}")
    layer = {"mediaType": _LAYER, **target.blob(_layer(repository, tag))}
    only = len(platforms) == 1
    settings = {"Entrypoint": list(entrypoint), **(config or {})}
    made = [_image(target, layer, platform, settings, tag if only else "") for platform in platforms]
    if not only:
        target.manifest({"schemaVersion": 2, "mediaType": _INDEX, "manifests": made}, tag)
    return f"{uri}:{tag}"


def _image(
    target: _Repository, layer: Mapping[str, Any], platform: str, settings: Mapping[str, Any], tag: str
) -> Mapping[str, Any]:
    system, _, architecture = platform.partition("/")
    config = {
        "os": system,
        "architecture": architecture,
        "config": settings,
        "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]},
    }
    described = {"mediaType": _CONFIG, **target.blob(json.dumps(config).encode())}
    document = {"schemaVersion": 2, "mediaType": _MANIFEST, "config": described, "layers": [layer]}
    return {**target.manifest(document, tag), "platform": {"os": system, "architecture": architecture}}


def _layer(repository: str, tag: str) -> bytes:
    """A layer with one file in it, so that no two images share all their blobs."""
    text = f"{repository}:{tag}\n".encode()
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        entry = tarfile.TarInfo("etc/image")
        entry.size = len(text)
        tar.addfile(entry, io.BytesIO(text))
    return gzip.compress(archive.getvalue(), mtime=0)


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def token(password: str) -> str:
    """The authorization token that carries a password for the user ``AWS``."""
    return base64.b64encode(f"AWS:{password}".encode()).decode()
