"""Registries that are not ECR's: none, Basic and Bearer, each with what it wants."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import msgspec
import pytest
import trustme

from probe.calls import images, registry
from probe.model import Call, Layer, Observation
from tests.authority import shown, trusting
from tests.calls.test_registry import CONFIG, LAYER, MANIFEST, digest
from tests.clients import Answer, answering
from tests.loopback import LOCALHOST, Pages, listener, page, secured
from tests.vantages import NAME, kinds, passed, target, vantage

OURS = trustme.CA()
AUTH = "auth.example.test"
SECRET = "arn:aws:secretsmanager:eu-north-1:123456789012:secret:login-AbCdEf"
LOGIN = {"SecretString": '{"username": "user", "password": "canary-0d3e"}'}
BASIC = f"Basic {base64.b64encode(b'user:canary-0d3e').decode()}"
CONTENTS = {
    "/v2/web/manifests/1": [page(200, MANIFEST)],
    f"/v2/web/blobs/{digest(CONFIG)}": [page(200, CONFIG)],
    f"/v2/web/blobs/{digest(LAYER)}": [page(206, LAYER[:1])],
}


def wanting(challenge: str) -> dict[str, list[bytes]]:
    """A registry's root that asks for this."""
    return {"/v2/": [page(401, headers={"WWW-Authenticate": challenge})]}


def pull(
    served: Mapping[str, Sequence[bytes]],
    *,
    granted: Mapping[str, Sequence[bytes]] | None = None,
    secret: Answer | None = None,
) -> tuple[Observation, Pages, Pages]:
    """What the pull comes to, with what the registry and its token server were asked."""
    grants, pages = Pages(granted or {}), Pages({})
    with ExitStack() as stack:
        auth = stack.enter_context(listener(secured(shown(OURS, AUTH), grants)))
        replaced = {
            path: [one.replace(b"AUTH", f"https://{AUTH}:{auth}/token".encode()) for one in answers]
            for path, answers in served.items()
        }
        pages.answers = replaced
        port = stack.enter_context(listener(secured(shown(OURS, NAME), pages)))
        client = stack.enter_context(answering("secretsmanager", [secret] if secret else []))
        told = ask(port, {"secretsmanager": client}, credentials=bool(secret))
    return told, pages, grants


def ask(port: int, clients: Mapping[str, Any], *, credentials: bool) -> Observation:
    """One pull from this port."""
    arguments = {"credentials": SECRET} if credentials else {}
    call = Call(operation="registry:Pull", reference=f"{NAME}:{port}/web:1", arguments=arguments)
    host = target(port, service="host", calls=(call,))
    here = vantage(host, trust=trusting(OURS), addresses={AUTH: [LOCALHOST]}, clients=clients)
    (told,) = registry.run((call,), host, passed("request", Layer.HTTP), here)
    return told


def stored(answer: Mapping[str, Any] | None = None, code: str | None = None) -> Answer:
    """The secret's answer."""
    return Answer("get_secret_value", {"SecretId": SECRET}, answer or LOGIN, code=code)


def headers(pages: Pages) -> list[str | None]:
    """The authorization of every request, in order."""
    found = [dict(line.split(": ", 1) for line in one.splitlines()[1:] if line) for one in pages.asked]
    return [one.get("Authorization") for one in found]


def test_an_open_registry_is_asked_without_authorization() -> None:
    """A registry that wants nothing gets nothing."""
    told, pages, _ = pull({"/v2/": [page(200)], **CONTENTS})
    assert ("pass", {None}) == (told.status.value, set(headers(pages)))


def test_basic_gets_the_credentials_of_the_definition() -> None:
    """The secret's user and password, and not a word of them in the observation."""
    told, pages, _ = pull(wanting('Basic realm="x"') | CONTENTS, secret=stored())
    assert ("pass", [None, *[BASIC] * 3], False) == (
        told.status.value,
        headers(pages),
        "canary" in msgspec.json.encode(told).decode(),
    )


@pytest.mark.parametrize(
    ("secret", "expected"), [(None, None), (stored(), BASIC)], ids=["anonymous", "with-credentials"]
)
@pytest.mark.parametrize("key", ["token", "access_token"])
def test_bearer_gets_a_token_of_the_registrys_own(
    secret: Answer | None, expected: str | None, key: str
) -> None:
    """The token server is asked for this repository's pull, and the token goes to the registry."""
    path = "/token?scope=repository%3Aweb%3Apull&service=reg"
    told, pages, grants = pull(
        wanting('Bearer realm="AUTH",service="reg"') | CONTENTS,
        granted={path: [page(200, msgspec.json.encode({key: "canary-t"}))]},
        secret=secret,
    )
    assert ("pass", AUTH, [expected], [None, *["Bearer canary-t"] * 3], False) == (
        told.status.value,
        told.facts["token_server"],
        headers(grants),
        headers(pages),
        "canary" in msgspec.json.encode(told).decode(),
    )


@pytest.mark.parametrize(
    ("served", "granted", "kind", "code"),
    [
        (wanting('Basic realm="x"'), {}, "access-denied", "401"),
        (wanting('Bearer realm="AUTH"'), {}, "not-found", "404"),
        (wanting('Bearer realm="https://a:b/"'), {}, "not-the-service", "token_server"),
        (
            wanting('Bearer realm="AUTH"'),
            {"/token?scope=repository%3Aweb%3Apull": [page(200, b"<html>")]},
            "not-the-service",
            "token",
        ),
        (
            wanting('Bearer realm="AUTH"'),
            {"/token?scope=repository%3Aweb%3Apull": [page(200, b'{"token": "\xff"}')]},
            "not-the-service",
            "token",
        ),
        (wanting("Bearer"), {}, "not-the-service", "challenge"),
    ],
    ids=["no-credentials", "refused", "no-address", "garbled", "no-text", "no-realm"],
)
def test_what_a_registry_does_not_get_is_told(
    served: dict[str, list[bytes]], granted: dict[str, list[bytes]], kind: str, code: str
) -> None:
    """Missing credentials, a token server that refuses, one that says nothing, and none at all."""
    told, _, _ = pull(served, granted=granted)
    assert told.failure is not None
    assert (kind, code) == (told.failure.kind.value, told.failure.code)


@pytest.mark.parametrize(
    ("secret", "kind"),
    [
        (stored(code="AccessDeniedException"), "access-denied"),
        (stored({"SecretString": "no JSON"}), "invalid-reference"),
        (stored({"SecretString": '{"username": "user"}'}), "not-found"),
    ],
    ids=["denied", "not-json", "no-password"],
)
def test_credentials_that_cannot_be_read_skip_the_pull(secret: Answer, kind: str) -> None:
    """The secret's own call tells the failure; the pull says what it waited for."""
    told, pages, _ = pull({}, secret=secret)
    assert ("skip", f"the registry's credentials cannot be read: {kind}", []) == (
        told.status.value,
        told.because,
        pages.asked,
    )


TOKENS = {"/token?scope=repository%3Aweb%3Apull": [page(200, msgspec.json.encode({"token": "t"}))]}
REFUSED = {"/token?scope=repository%3Aweb%3Apull": [page(401)]}
SHUT = {"/v2/web/manifests/1": [page(401)]}


@pytest.mark.parametrize(
    ("granted", "secret", "kind"),
    [
        (TOKENS, None, "not-found"),
        (TOKENS, stored(), "not-found"),
        (REFUSED, None, "not-found"),
        (REFUSED, stored(), "access-denied"),
    ],
    ids=["hidden-from-anybody", "hidden-from-the-login", "no-token-for-anybody", "no-token-for-the-login"],
)
def test_an_image_that_is_hidden_is_told_from_a_login_that_is_refused(
    granted: dict[str, list[bytes]], secret: Answer | None, kind: str
) -> None:
    """Registries answer 401 for an absent image too: only a login can be refused by the token server."""
    told, _, _ = pull(wanting('Bearer realm="AUTH"') | SHUT, granted=granted, secret=secret)
    assert [("registry:Pull", kind)] == kinds([told])


HUB = next(iter(images.COUNTING))
MANIFEST_OF_HUB = "/v2/library/web/manifests/1"


def counted(left: str, body: bytes = b"") -> bytes:
    """A manifest of a registry that counts."""
    return page(200, body, headers={"ratelimit-remaining": left} if left else {})


def from_hub(left: str) -> tuple[Observation, list[str]]:
    """A pull from Docker Hub with so many pulls left, and the methods by which it was asked."""
    pages = Pages(
        {
            "/v2/": [page(200)],
            MANIFEST_OF_HUB: [counted(left), counted(left, MANIFEST)],
            f"/v2/library/web/blobs/{digest(CONFIG)}": [page(200, CONFIG)],
            f"/v2/library/web/blobs/{digest(LAYER)}": [page(206, LAYER[:1])],
        }
    )
    with listener(secured(shown(OURS, HUB), pages)) as port:
        call = Call(operation="registry:Pull", reference="web:1")
        host = target(port, service="host", host=HUB, calls=(call,))
        (told,) = registry.run(
            (call,), host, passed("request", Layer.HTTP), vantage(host, trust=trusting(OURS))
        )
    return told, [one.split(" ")[0] for one in pages.asked]


HEAD_ALONE, WHOLE = ["GET", "HEAD"], ["GET", "HEAD", "GET", "GET", "GET"]


@pytest.mark.parametrize(
    ("left", "status", "proven", "methods"),
    [
        ("100;w=21600", "pass", None, WHOLE),
        ("9;w=21600", "pass", "manifest", HEAD_ALONE),
        ("", "pass", "manifest", HEAD_ALONE),
        ("0;w=21600", "fail", None, HEAD_ALONE),
    ],
    ids=["plenty", "few", "untold", "none"],
)
def test_a_registry_that_counts_is_asked_by_head_first(
    left: str, status: str, proven: str | None, methods: list[str]
) -> None:
    """Docker Hub counts manifests and not HEADs: a pull is spent only where it says that many remain."""
    told, asked = from_hub(left)
    assert (status, proven, methods) == (told.status.value, told.facts.get("proven"), asked)


def test_a_quota_that_is_used_up_is_a_limit() -> None:
    """The answer is 200, and the next task's pull will not be."""
    told, _ = from_hub("0;w=21600")
    assert [("registry:Pull", "throttled")] == kinds([told])
