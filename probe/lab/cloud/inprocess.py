"""boto3 clients that are answered in this process: a request is built as always, but reaches no socket."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from probe.lab.wire import Answer, Request

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud


def client(cloud: Cloud, api: str, region: str) -> Any:
    """A client of a service whose every request ``cloud`` answers as AWS's own."""
    made = _session().client(api, region_name=region)
    return answered(made, lambda request: cloud.answer(request, trusted=True))


@functools.cache
def _session() -> Any:
    return boto3.Session(aws_access_key_id="AWS", aws_secret_access_key="AWS")


def answered(client: Any, answer: Callable[[Request], Answer]) -> Any:
    """The boto3 client, whose requests ``answer`` answers from now on."""

    def send(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        made = answer(_read(request))
        return AWSResponse(request.url, made.status, dict(made.headers), _Body(made.body))

    client.meta.events.register("before-send", send)
    return client


class _Body(io.BytesIO):
    """The one method of urllib3's response that botocore reads bodies with."""

    def stream(self, **_: Any) -> Any:
        yield self.read()


def _read(request: AWSPreparedRequest) -> Request:
    url = urlsplit(request.url)
    headers = {"host": url.netloc} | {name.lower(): _text(value) for name, value in request.headers.items()}
    body = request.body or b""
    if hasattr(body, "read"):
        body = body.read()
    target = url.path + (f"?{url.query}" if url.query else "")
    data = body.encode() if isinstance(body, str) else bytes(body)
    return Request(request.method, url.netloc, target or "/", headers, data)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
