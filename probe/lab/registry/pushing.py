"""Pushing an image from the operator's side: real blobs, over HTTPS, to the lab's ECR or another registry."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
import ssl
import tarfile
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import dns.query
import dns.resolver
import dns.update

from probe.lab.registry import hubs
from probe.lab.registry.hubs import Hub

_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
_CONFIG = "application/vnd.docker.container.image.v1+json"
_ECR = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/(?P<name>.+)"
)
_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


@dataclass(frozen=True)
class _Repository:
    """Where to push: ``https://HOST/v2/NAME``, the credentials for it, and what images are called there."""

    url: str
    uri: str
    authorization: str = ""

    def send(
        self, method: str, url: str, body: bytes, kind: str = "application/octet-stream"
    ) -> Mapping[str, str]:
        """One request; the answer's headers.  Raises urllib.error.HTTPError when the registry refuses."""
        headers = {"Content-Type": kind}
        headers |= {"Authorization": self.authorization} if self.authorization else {}
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
    entrypoint: Sequence[str] = ("/bin/sleep", "infinity"),
    config: Mapping[str, Any] | None = None,
) -> str:
    """Push a small image, for several platforms as a list, and give its URI (``HOST/NAME:TAG``).

    ``aws`` is a boto3 session; ``repository`` is a name in its ECR, or one with a registry's host before it
    (``docker.io/library/nginx``; an ECR registry's own host for another account or region).  ECR's is
    created when it is missing.  Unless ``entrypoint`` says otherwise, what runs keeps running, as an
    application that serves does.  ``config`` is what else the image's configuration says (``User``,
    ``Volumes``, ``Env``, …).  Errors are boto3's and urllib's.
    """
    hub, name = hubs.split(repository)
    target = _ecr(aws, name) if hub is None else _elsewhere(hub, name)
    layer = {"mediaType": _LAYER, **target.blob(_layer(repository, tag))}
    only = len(platforms) == 1
    settings = {"Entrypoint": list(entrypoint), **(config or {})}
    made = [_image(target, layer, platform, settings, tag if only else "") for platform in platforms]
    if not only:
        target.manifest({"schemaVersion": 2, "mediaType": _INDEX, "manifests": made}, tag)
    return f"{target.uri}:{tag}"


def _ecr(aws: Any, image: str) -> _Repository:
    """A repository of ECR, in the account and region that a whole URI names."""
    named = _ECR.fullmatch(image)
    name, owner = (named["name"], {"registryId": named["account"]}) if named else (image, {})
    ecr = aws.client("ecr", region_name=named["region"] if named else aws.region_name)
    try:
        uri = ecr.describe_repositories(repositoryNames=[name], **owner)["repositories"][0]["repositoryUri"]
    except ecr.exceptions.RepositoryNotFoundException:
        uri = ecr.create_repository(repositoryName=name, **owner)["repository"]["repositoryUri"]
    given = ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
    host = uri.partition("/")[0]
    return _Repository(f"https://{host}/v2/{name}", uri, f"Basic {given}")


def _elsewhere(hub: Hub, name: str) -> _Repository:
    if ":" in hub.host:
        msg = f"{hub.host} cannot be represented: the lab's registries listen on port 443; leave the port out"
        raise ValueError(msg)
    if hub not in hubs.WELL_KNOWN:
        _publish(hub.host)
    return _Repository(f"https://{hub.host}/v2/{name}", f"{hub.name}/{name}")


def _publish(host: str) -> None:
    """Tell the world's name server that a host exists; the world has its own mind about the address."""
    zone = host.partition(".")[2]
    update = dns.update.UpdateMessage(zone)
    update.add(f"{host}.", 60, "A", "0.0.0.0")  # noqa: S104 - a record's contents, nothing listens there
    dns.query.tcp(update, str(dns.resolver.get_default_resolver().nameservers[0]), timeout=5)


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
