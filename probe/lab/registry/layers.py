"""The layer bucket: presigned addresses that ECR gives out, and the S3 host that honours them."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from probe.lab.api.errors import ApiError

EXPIRES = 3600
"""Seconds that a presigned address holds."""

_TWO_MECHANISMS = (
    "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string "
    "parameter or the Authorization header should be specified"
)


@dataclass(frozen=True)
class Layer:
    """A blob of a repository."""

    region: str
    repository: str
    digest: str


def bucket(region: str) -> str:
    """The name of ECR's layer bucket in a region, as AWS documents it for gateway endpoint policies.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
    """
    return f"prod-{region}-starport-layer-bucket"


class Layers:
    """Addresses given out, by path."""

    def __init__(self, account: str) -> None:
        self._account = account
        self._given: dict[str, tuple[Layer, str]] = {}
        self._lock = threading.Lock()

    def url(self, layer: Layer) -> str:
        """A presigned address of a layer."""
        owner = hashlib.sha256(f"{self._account}/{layer.repository}".encode()).hexdigest()
        path = f"/{owner[:6]}-{self._account}-{owner[6:14]}/{quote(layer.digest, safe='')}"
        signature = secrets.token_hex(32)
        with self._lock:
            self._given[unquote(path)] = (layer, signature)
        now = datetime.now(UTC)
        query = (
            "X-Amz-Algorithm=AWS4-HMAC-SHA256"
            f"&X-Amz-Date={now:%Y%m%dT%H%M%SZ}&X-Amz-SignedHeaders=host&X-Amz-Expires={EXPIRES}"
            f"&X-Amz-Credential=ASIALAB%2F{now:%Y%m%d}%2F{layer.region}%2Fs3%2Faws4_request&X-Amz-Signature={signature}"
        )
        return f"https://{bucket(layer.region)}.s3.{layer.region}.amazonaws.com{path}?{query}"

    def at(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Layer:
        """The layer that a request for an address may have.  Raises ApiError in S3's words."""
        if "X-Amz-Signature" in query and "authorization" in headers:
            raise ApiError("InvalidArgument", _TWO_MECHANISMS)
        with self._lock:
            layer, signature = self._given.get(unquote(path), (None, ""))
        if layer is None or query.get("X-Amz-Signature") != signature:
            raise ApiError("AccessDeniedException", "Access Denied")
        return layer
