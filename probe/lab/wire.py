"""What travels between the lab's fronts and its cloud: one HTTP request and one answer, as values.

No sockets here and no AWS: ``front`` makes requests of bytes, ``cloud`` answers them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    """One HTTP request.

    ``headers`` have lower-case names.  ``endpoint`` is the VPC endpoint's id through which it came (None:
    the public address), ``source`` the caller's address as the server sees it.
    """

    method: str
    host: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""
    endpoint: str | None = None
    source: str = "127.0.0.1"

    @property
    def path(self) -> str:
        """The path as it was written, still percent-encoded."""
        return urlsplit(self.target).path or "/"

    @property
    def query(self) -> Mapping[str, str]:
        """The query's parameters, decoded; of a repeated one, the last."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    def to(self, host: str) -> Request:
        """The same request for another host name."""
        return replace(self, host=host, headers={**self.headers, "host": host})


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; ``content-length`` is the front's business."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def having(self, headers: Mapping[str, str]) -> Answer:
        """The answer with more headers."""
        return replace(self, headers={**self.headers, **headers})
