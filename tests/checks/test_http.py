"""Is it the service that answers: its headers say so, whatever the status."""

from __future__ import annotations

import pytest
import trustme

from probe.checks import http
from probe.model import Call, Layer, Observation, Target
from tests.authority import shown, trusting
from tests.loopback import Pages, Serve, closing, listener, page, saying, secured, silent
from tests.vantages import NAME, passed, target, vantage

OURS = trustme.CA()


def request(serve: Serve, **changes: object) -> Observation:
    """What a request to this server comes to, in little time where it is silent."""
    timeout = 0.4 if serve is silent else 4.0
    with listener(secured(shown(OURS, NAME), serve)) as port:
        here = vantage(trust=trusting(OURS), timeout=timeout)
        asked: Target = target(port, **changes)  # type: ignore[arg-type]  # the keywords are target's own
        (told,) = http.check(asked, passed("handshake", Layer.TLS), here)
    return told


@pytest.mark.parametrize(
    ("status", "headers", "header"),
    [
        (403, {"x-amzn-RequestId": "r"}, "x-amzn-requestid"),
        (403, {"x-amz-request-id": "r", "Server": "AmazonS3"}, "x-amz-request-id"),
        (404, {"Server": "AmazonS3"}, None),
        (401, {"Docker-Distribution-Api-Version": "registry/2.0"}, "docker-distribution-api-version"),
        (503, {"x-amzn-ErrorType": "ServiceUnavailable"}, "x-amzn-errortype"),
    ],
    ids=["json", "s3", "s3-server", "registry", "failing"],
)
def test_aws_is_known_by_its_headers(status: int, headers: dict[str, str], header: str | None) -> None:
    """Any status will do: a refusal of an unsigned request comes from the service itself."""
    told = request(Pages({"/": [page(status, headers=headers)]}))
    assert ("pass", status, header) == (
        told.status.value,
        told.facts["status"],
        told.facts.get("request_id_header"),
    )


@pytest.mark.parametrize(
    ("serve", "expected"),
    [
        (Pages({"/": [page(200, b"<html>Blocked</html>", {"Server": "Proxy/1"})]}), "not-the-service"),
        (Pages({"/": [page(302, headers={"Location": "https://portal.example.test/"})]}), "not-the-service"),
        (saying(b"220 mail.example.test ESMTP\r\n\r\n"), "not-the-service"),
        (silent, "timeout"),
        (closing, "closed"),
    ],
    ids=["middlebox", "portal", "mail", "silent", "closed"],
)
def test_what_is_not_aws_fails_with_its_kind(serve: Serve, expected: str) -> None:
    """A middlebox's answer is not the service's, and silence is no answer."""
    told = request(serve)
    assert told.failure is not None
    assert expected == told.failure.kind.value


def test_a_stranger_is_written_down_briefly() -> None:
    """The Server header names the middlebox; only its beginning is kept."""
    told = request(Pages({"/": [page(200, headers={"Server": "P" * 500})]}))
    assert "P" * 80 == told.facts["answered_by"]


def test_any_answer_will_do_for_a_host_that_is_not_aws() -> None:
    """A registry or log destination of somebody else has no headers to be known by."""
    told = request(Pages({"/": [page(200)]}), service="host")
    assert "pass" == told.status.value


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({}, "/"),
        ({"service": "ecr.dkr"}, "/v2/"),
        ({"service": "host", "calls": (Call(operation="registry:Pull", reference="x/y:z"),)}, "/v2/"),
    ],
    ids=["service", "ecr", "registry"],
)
def test_the_request_is_pinned_and_named(changes: dict[str, object], path: str) -> None:
    """The address is dialled and the name is asked for, a registry at its API's root."""
    pages = Pages({path: [page(200, headers={"x-amzn-requestid": "r"})]})
    request(pages, **changes)
    lines = pages.asked[0].split("\r\n")
    host = next(line for line in lines if line.lower().startswith("host:"))
    assert (f"GET {path} HTTP/1.1", True) == (lines[0], NAME in host)


def test_proxy_variables_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fargate does not proxy what the agent does, and neither does the probe."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    told = request(Pages({"/": [page(200, headers={"x-amzn-requestid": "r"})]}))
    assert "pass" == told.status.value


def test_without_a_tls_layer_the_request_is_plain() -> None:
    """A plan without TLS speaks HTTP on the port as it is."""
    with listener(Pages({"/": [page(200)]})) as port:
        asked = target(port, service="host", layers=(Layer.TCP, Layer.HTTP))
        (told,) = http.check(asked, passed("connect", Layer.TCP), vantage())
    assert 200 == told.facts["status"]


def test_an_ipv6_address_is_bracketed() -> None:
    """A URL needs brackets where the address has colons."""
    assert "https://[2001:db8::1]:443/" == http.pinned(NAME, 443, "2001:db8::1", "/")["url"]
