"""The layer bucket: presigned addresses that ECR gives out, and the S3 host that honours them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
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
    """Addresses given out, by path; any number of them for one layer, each signed for its moment."""

    def __init__(self, account: str) -> None:
        self._account = account
        self._key = secrets.token_bytes(32)
        self._given: dict[str, Layer] = {}

    def url(self, layer: Layer) -> str:
        """A presigned address of a layer."""
        owner = hashlib.sha256(f"{self._account}/{layer.repository}".encode()).hexdigest()
        path = f"/{owner[:6]}-{self._account}-{owner[6:14]}/{quote(layer.digest, safe='')}"
        self._given[unquote(path)] = layer
        date = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        query = (
            f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date={date}&X-Amz-SignedHeaders=host"
            f"&X-Amz-Expires={EXPIRES}&X-Amz-Credential=ASIALAB%2F{date[:8]}%2F{layer.region}%2Fs3%2Faws4_request"
            f"&X-Amz-Signature={self._signature(unquote(path), date)}"
        )
        return f"https://{bucket(layer.region)}.s3.{layer.region}.amazonaws.com{path}?{query}"

    def at(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Layer:
        """The layer that a request for an address may have.  Raises ApiError in S3's words."""
        if "X-Amz-Signature" in query and "authorization" in headers:
            raise ApiError("InvalidArgument", _TWO_MECHANISMS)
        layer, date = self._given.get(unquote(path)), query.get("X-Amz-Date", "")
        if layer is None or query.get("X-Amz-Signature") != self._signature(unquote(path), date):
            raise ApiError("AccessDeniedException", "Access Denied")
        return layer

    def _signature(self, path: str, date: str) -> str:
        return hmac.new(self._key, f"{path}\n{date}".encode(), hashlib.sha256).hexdigest()
