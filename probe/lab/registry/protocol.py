"""The registry's HTTP API as ECR speaks it: paths, the permission each needs, and ECR's errors."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from probe.lab.wire import Answer, Request

_PATH = re.compile(
    r"/v2/(?P<name>[a-z0-9][a-z0-9._/-]*?)/(?:(?P<what>manifests|blobs)/(?P<reference>[^/?]+)"
    r"|blobs/(?P<uploads>uploads)/(?P<upload>[^/?]*)|tags/list)"
)


@dataclass(frozen=True)
class Wanted:
    """What a request is about: a manifest, blob or upload; ``reference`` is a tag or a digest."""

    repository: str
    kind: str
    reference: str
    writes: bool

    @property
    def action(self) -> str:
        """The permission that ECR asks for."""
        match self.kind, self.writes:
            case "manifests", False:
                return "ecr:BatchGetImage"
            case "manifests", True:
                return "ecr:PutImage"
            case "blobs", _:
                return "ecr:GetDownloadUrlForLayer"
            case "uploads", _:
                return "ecr:InitiateLayerUpload"
            case _:
                return "ecr:ListImages"


def read(request: Request) -> Wanted | None:
    """What a request wants, or None for a path that a registry does not have."""
    found = _PATH.match(request.path)
    if found is None:
        return None
    kind = "uploads" if found["uploads"] else found["what"] or "tags"
    reference = (found["reference"] or "").replace("%3A", ":").replace("%3a", ":")
    return Wanted(found["name"], kind, reference, request.method not in ("GET", "HEAD"))


def error(status: int, code: str, message: str) -> Answer:
    """An error as the registry API writes it."""
    body = json.dumps({"errors": [{"code": code, "message": message}]}).encode()
    return Answer(status, {"content-type": "application/json; charset=utf-8"}, body)


def unauthorized(account: str, region: str) -> Answer:
    """The challenge to somebody without a token."""
    realm = f"https://{account}.dkr.ecr.{region}.amazonaws.com/"
    challenge = f'Basic realm="{realm}",service="ecr.amazonaws.com"'
    return Answer(401, {"www-authenticate": challenge, "content-type": "text/plain"}, b"Not Authorized\n")


def unknown_repository(name: str, account: str) -> Answer:
    text = f"The repository with name '{name}' does not exist in the registry with id '{account}'"
    return error(404, "NAME_UNKNOWN", text)


def unknown_image() -> Answer:
    return error(404, "MANIFEST_UNKNOWN", "Requested image not found")
