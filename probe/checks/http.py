"""One unsigned request on the pinned address, to see whether it is the service that answers.

AWS's services sign their answers with headers, whatever the status; a middlebox does not have them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from probe.failures import UnusableAnswerError
from probe.model import Kind, Layer, Observation, Target
from probe.vantage import Facts, Step, Vantage, observe

REQUEST_IDS = ("x-amzn-requestid", "x-amz-request-id")
MARKS = (*REQUEST_IDS, "x-amzn-errortype", "x-amz-id-2", "docker-distribution-api-version")
SERVERS = ("AmazonS3",)
REGISTRY = "/v2/"
"""Where a registry says who it is; other services do at their root."""

ERRORS: tuple[type[Exception], ...] = (httpx.HTTPError, httpx.InvalidURL)
_SHOWN = 80
"""Characters of a stranger's Server header that are written down."""


def check(target: Target, below: tuple[Observation, ...], vantage: Vantage) -> Iterator[Observation]:
    """One request; redirects are not followed, and any status will do."""
    address = next((one.address for one in below if one.address), target.host)
    request = pinned(target.host, target.port, address, _path(target))
    if Layer.TLS not in target.layers:
        request["url"] = request["url"].replace("https", "http", 1)

    def act(facts: Facts) -> None:
        with client(vantage, vantage.patience(target)) as http, http.stream("GET", **request) as answer:
            _read(answer, facts)
            if target.service != "host" and not is_aws(answer.headers):
                words = f"HTTP {answer.status_code} without any header of AWS"
                raise UnusableAnswerError(Kind.NOT_THE_SERVICE, words, code=str(answer.status_code))

    yield observe(vantage, Step(target, Layer.HTTP, "request", address=address), act, errors=ERRORS)


def client(vantage: Vantage, timeout: float) -> httpx.Client:
    """A client without proxies or redirects, since neither is the agent's; ours is the trust."""
    return httpx.Client(verify=vantage.trust(), trust_env=False, timeout=timeout)


def pinned(host: str, port: int, address: str, path: str) -> dict[str, Any]:
    """The arguments of a request that goes to one address and still verifies the name."""
    at = f"[{address}]" if ":" in address else address
    named = host if port == 443 else f"{host}:{port}"  # noqa: PLR2004  what https leaves out of Host
    return {
        "url": f"https://{at}:{port}{path}",
        "headers": {"Host": named},
        "extensions": {"sni_hostname": host},
    }


def is_aws(headers: Mapping[str, str]) -> bool:
    """Whether an answer carries what AWS's services put on theirs."""
    return any(mark in headers for mark in MARKS) or headers.get("server", "").startswith(SERVERS)


def _path(target: Target) -> str:
    pulled = any(call.operation == "registry:Pull" for call in target.calls)
    return REGISTRY if pulled or target.service == "ecr.dkr" else "/"


def _read(answer: httpx.Response, facts: Facts) -> None:
    facts["status"] = answer.status_code
    header = next((name for name in MARKS if name in answer.headers), None)
    if header is not None:
        facts["request_id_header"] = header
    if "server" in answer.headers:
        facts["answered_by"] = answer.headers["server"][:_SHOWN]
