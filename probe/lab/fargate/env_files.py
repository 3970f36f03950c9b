"""Environment files in S3, which the agent reads before a container starts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from probe.lab.fargate import stops
from probe.lab.fargate.calls import Caller, endpoint
from probe.lab.fargate.dial import Request, Response, TransportError, fetch

TRIES = 5


def read(caller: Caller, files: Iterable[Mapping[str, Any]], region: str) -> dict[str, str]:
    """The variables of one container's files; a later file wins.  Raises StartError."""
    found: dict[str, str] = {}
    for one in files:
        bucket, _, key = str(one["value"]).split(":::", 1)[-1].partition("/")
        found |= variables(_get(caller, bucket, key, region).body.decode())
    return found


def variables(text: str) -> dict[str, str]:
    """The ``NAME=VALUE`` lines of a file; blank lines and comments do not count."""
    lines = (line.strip() for line in text.splitlines())
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def _get(caller: Caller, bucket: str, key: str, region: str) -> Response:
    url = f"https://{bucket}.{endpoint('s3', region)}/{key}"
    request = Request(method="GET", url=url, headers=_signature(caller, url, region))
    for _ in range(TRIES):
        try:
            answer = fetch(caller.line.among(TRIES), request)
        except TransportError:
            continue
        if answer.status == 200:  # noqa: PLR2004 - HTTP's own number
            return answer
        code = re.search(rb"<Code>(\w+)</Code>", answer.body)
        name = code.group(1).decode() if code else "Unknown"
        # The agent asks with HEAD first, whose refusal has no body: a denial reads "Forbidden: Forbidden".
        words = {403: "Forbidden", 404: "NotFound"}.get(answer.status, name)
        raise stops.env_file_refused(answer.status, words, words)
    raise stops.env_file_unreachable()


def _signature(caller: Caller, url: str, region: str) -> dict[str, str]:
    if caller.keys is None:
        return {}
    unsigned = AWSRequest(method="GET", url=url)
    keys = Credentials(caller.keys.access_key, caller.keys.secret_key, caller.keys.token)
    S3SigV4Auth(keys, "s3", region).add_auth(unsigned)
    return dict(unsigned.headers.items())
