"""One document of a registry: tried again as the agent does, through redirects, refusals in its words.

A redirect leads to another host, which is resolved and dialled as a step of its own: whatever happens
there is told with that host's name, and the credentials stay behind.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec

from probe import crew, failures, forms
from probe.checks import http
from probe.failures import UnusableAnswerError
from probe.model import Kind
from probe.vantage import NETWORK, Facts, Vantage

TRIES, OF_MANIFESTS, OF_BLOBS = 3, 7, 5
"""How often the agent asks: by Fargate's own messages for manifests and layers, else as of any service."""

PAUSE = 0.25
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_AGAIN = frozenset({429, 500, 502, 503, 504})
_REFUSED = 400
LARGEST = 4 << 20
"""Bytes of a manifest that registries accept."""

_XML = re.compile(r"<Code>([^<]*)</Code>\s*<Message>([^<]*)</Message>")


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry's host on one address, and the authorization that it takes."""

    host: str
    port: int
    address: str
    authorization: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came: status, headers in lower case, as much of the body as was wanted, after how many tries."""

    status: int
    headers: dict[str, str]
    body: bytes
    tries: int = 1


def fetch(
    registry: Registry,
    path: str,
    headers: dict[str, str],
    vantage: Vantage,
    facts: Facts,
    limit: int = LARGEST,
) -> bytes:
    """The body at a path of the registry, at most ``limit`` bytes.

    The facts ``redirect`` and ``redirect_address`` are another host's.  Raises ``UnusableAnswerError`` for a
    refusal and for whatever that host does; the network's own exceptions for what the registry's does.
    """
    answer = noted(ask(registry, path, headers, vantage, limit), facts)
    if answer.status not in REDIRECTS:
        return accepted(answer, registry.host)
    base = f"https://{registry.host}:{registry.port}{path}"
    url = urljoin(base, answer.headers.get("location", ""))
    answer = visit(url, headers, vantage, facts, "redirect", limit)
    return accepted(answer, str(facts["redirect"]))


def ask(
    registry: Registry,
    path: str,
    headers: dict[str, str],
    vantage: Vantage,
    limit: int = LARGEST,
    method: str = "GET",
) -> Answer:
    """What the registry itself answers, whatever the status."""
    request = http.pinned(registry.host, registry.port, registry.address, path)
    authorized = {"Authorization": registry.authorization} if registry.authorization else {}
    request["headers"] |= headers | authorized
    return _patiently(method, request, vantage, limit, _tries(path))


def visit(
    url: str, headers: dict[str, str], vantage: Vantage, facts: Facts, what: str, limit: int = LARGEST
) -> Answer:
    """What another host answers, resolved and dialled here; the facts ``WHAT`` and ``WHAT_address`` are its.

    Raises ``UnusableAnswerError`` with that name where it cannot be reached, or is none.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError as error:
        words = f"what was named is no address: {error}"
        raise UnusableAnswerError(Kind.NOT_THE_SERVICE, words, what) from None
    facts[what] = host
    try:
        found = crew.within(vantage.timeout, lambda: vantage.look_up(host, port))
        address = next((one for one in found if ":" not in one), host)
        facts[f"{what}_address"] = address
        request = http.pinned(host, port, address, f"{parts.path}?{parts.query}")
        request["headers"] |= headers
        tries = OF_BLOBS if what == "redirect" else TRIES
        return noted(_patiently("GET", request, vantage, limit, tries), facts)
    except (*NETWORK, *http.ERRORS) as error:
        failure = failures.classify(what, error)
        raise UnusableAnswerError(failure.kind, f"{host}: {failure.words}", failure.code, host) from None


def _tries(path: str) -> int:
    return OF_MANIFESTS if "/manifests/" in path else OF_BLOBS if "/blobs/" in path else TRIES


def noted(answer: Answer, facts: Facts) -> Answer:
    """The answer, with the fact ``attempts`` where it took more than one."""
    facts.update({"attempts": answer.tries} if answer.tries > 1 else {})
    return answer


def _patiently(method: str, request: dict[str, Any], vantage: Vantage, limit: int, tries: int) -> Answer:
    """The answer, after as many tries as a busy or failing server is given."""
    for tried in range(1, tries + 1):
        answer = _once(method, request, vantage, limit)
        if answer.status not in _AGAIN or tried == tries:
            break
        time.sleep(PAUSE)
    return replace(answer, tries=tried)


def _once(method: str, request: dict[str, Any], vantage: Vantage, limit: int) -> Answer:
    with http.client(vantage, vantage.timeout) as session, session.stream(method, **request) as answer:
        body = b""
        for piece in answer.iter_bytes():
            body += piece
            if len(body) >= limit:
                break
        return Answer(answer.status_code, dict(answer.headers), body)


def accepted(answer: Answer, host: str) -> bytes:
    """The body of an answer that is one; a refusal, or a redirect too many, is an ``UnusableAnswerError``."""
    if answer.status < _REFUSED and answer.status not in REDIRECTS:
        return answer.body
    code, words = _refusal(answer)
    kind = Kind.NOT_THE_SERVICE if answer.status in REDIRECTS else failures.of_status(answer.status)
    raise UnusableAnswerError(kind, f"{host} answered {answer.status}: {words}", code, host)


def _refusal(answer: Answer) -> tuple[str, str]:
    """A refusal's own code and words: a registry's JSON, S3's XML, or the status."""
    text = answer.body.decode(errors="replace")
    if (xml := _XML.search(text)) is not None:
        return xml[1], xml[2]
    try:
        stated = forms.read(answer.body, _Errors).errors
    except ValueError:  # msgspec's own, and Python's where the bytes are no UTF-8
        stated = ()
    if stated:
        return stated[0].code, stated[0].message
    return str(answer.status), "no words that can be read"


class _Error(msgspec.Struct):
    code: str = ""
    message: str = ""


class _Errors(msgspec.Struct):
    errors: tuple[_Error, ...] = ()
