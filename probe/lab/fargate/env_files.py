"""Files in S3, which the agent reads before a container starts: environment files, and FireLens's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from probe.lab.fargate import stops
from probe.lab.fargate.calls import Caller, endpoint
from probe.lab.fargate.dial import Request, Response, TransportError, fetch

TRIES = 5


class _Failures(NamedTuple):
    """The stop reasons of a file that S3 refuses, and of one that nobody hands out."""

    refused: Callable[[int, str, str], stops.StartError]
    unreachable: Callable[[], stops.StartError]


_ENVIRONMENT = _Failures(stops.env_file_refused, stops.env_file_unreachable)
_ROUTING = _Failures(stops.routing_refused, stops.routing_unreachable)


def read(caller: Caller, files: Iterable[Mapping[str, Any]], region: str) -> dict[str, str]:
    """The variables of one container's files; a later file wins.  Raises StartError."""
    found: dict[str, str] = {}
    for one in files:
        found |= variables(_get(caller, str(one["value"]), region, _ENVIRONMENT).body.decode())
    return found


def read_routing(caller: Caller, containers: Iterable[Mapping[str, Any]], region: str) -> None:
    """Read the configuration of every log router that has it in S3.  Raises StartError."""
    for container in containers:
        options = (container.get("firelensConfiguration") or {}).get("options") or {}
        if options.get("config-file-type") == "s3":
            _get(caller, str(options["config-file-value"]), region, _ROUTING)


def variables(text: str) -> dict[str, str]:
    """The ``NAME=VALUE`` lines of a file; blank lines and comments do not count."""
    lines = (line.strip() for line in text.splitlines())
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def _get(caller: Caller, arn: str, region: str, failed: _Failures) -> Response:
    bucket, _, key = arn.split(":::", 1)[-1].partition("/")
    url = f"https://{bucket}.{endpoint('s3', region)}/{key}"
    request = Request(method="GET", url=url, headers=_signature(caller, url, region))
    for _ in range(TRIES):
        try:
            answer = fetch(caller.line.among(TRIES), request)
        except TransportError:
            continue
        if answer.status == 200:  # noqa: PLR2004 - HTTP's own number
            return answer
        raise failed.refused(answer.status, *_refusal(answer))
    raise failed.unreachable()


def _refusal(answer: Response) -> tuple[str, str]:
    """Code and message of S3's refusal.

    The agent asks with HEAD first, whose refusal has no body: a denial reads "Forbidden: Forbidden".  What
    KMS refuses, HEAD does not ask for.
    """
    code, message = (_element(answer.body, name) for name in (b"Code", b"Message"))
    if ":kms:" in message:
        return code, message
    words = {403: "Forbidden", 404: "NotFound"}.get(answer.status, code)
    return words, words


def _element(body: bytes, name: bytes) -> str:
    found = re.search(rb"<%b>([^<]*)</%b>" % (name, name), body)
    return found[1].decode() if found else "Unknown"


def _signature(caller: Caller, url: str, region: str) -> dict[str, str]:
    if caller.keys is None:
        return {}
    unsigned = AWSRequest(method="GET", url=url)
    keys = Credentials(caller.keys.access_key, caller.keys.secret_key, caller.keys.token)
    S3SigV4Auth(keys, "s3", region).add_auth(unsigned)
    return dict(unsigned.headers.items())
