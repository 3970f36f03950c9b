"""Registries that are not ECR's: none, Basic and Bearer, each with what it wants."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import msgspec
import pytest
import trustme

from probe.calls import registry
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
        (
            wanting('Bearer realm="AUTH"'),
            {"/token?scope=repository%3Aweb%3Apull": [page(200, b"<html>")]},
            "not-the-service",
            "token",
        ),
        (wanting("Bearer"), {}, "not-the-service", "challenge"),
    ],
    ids=["no-credentials", "refused", "garbled", "no-realm"],
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


def test_a_registry_that_counts_is_asked_by_head_alone() -> None:
    """Docker Hub's quota counts manifests and not HEADs, so the manifest alone is proven, and said."""
    pages = Pages({"/v2/": [page(200)], "/v2/library/web/manifests/1": [page(200)]})
    hub = next(iter(registry.COUNTING))
    with listener(secured(shown(OURS, hub), pages)) as port:
        call = Call(operation="registry:Pull", reference="web:1")
        host = target(port, service="host", host=hub, calls=(call,))
        here = vantage(host, trust=trusting(OURS))
        (told,) = registry.run((call,), host, passed("request", Layer.HTTP), here)
    assert ([("registry:Pull", "pass")], "manifest", ["GET", "HEAD"]) == (
        kinds([told]),
        told.facts["proven"],
        [one.split(" ")[0] for one in pages.asked],
    )
