"""A pull is proven to the last byte's first: manifest, platform, config, a layer through its redirect."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
import trustme

from probe.calls import registry
from probe.model import Call, Layer, Observation
from tests.authority import shown, trusting
from tests.clients import DENIED, Answer, answering
from tests.loopback import Pages, listener, page, secured, unused
from tests.vantages import NAME, REGION, kinds, passed, target, vantage

OURS = trustme.CA()
BUCKET = "layers.example.test"
TOKEN, QUERY = "QVdTOmNhbmFyeQ==", "X-Amz-Signature=canary-51c0"
INDEX = "application/vnd.oci.image.index.v1+json"


def digest(body: bytes) -> str:
    """How a registry addresses contents."""
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


OLD, NEW = digest(b"old"), digest(b"new")
LAYER, LARGE = b"layer", b"larger layer"
CONFIG = msgspec.json.encode({"os": "linux", "architecture": "amd64", "config": {}})
MANIFEST = msgspec.json.encode(
    {
        "config": {"digest": digest(CONFIG), "size": len(CONFIG)},
        "layers": [
            {"digest": digest(LARGE), "size": len(LARGE)},
            {"digest": digest(LAYER), "size": len(LAYER)},
        ],
    }
)


BATCH_GET = DENIED.format(
    action="ecr:BatchGetImage", resource="arn:aws:ecr:eu-north-1:123456789012:repository/web"
)


def index(*platforms: tuple[str, str]) -> bytes:
    """An index whose entries all lead to MANIFEST."""
    entries = [
        {"digest": digest(MANIFEST), "size": 1, "platform": {"os": system, "architecture": architecture}}
        for system, architecture in platforms
    ]
    return msgspec.json.encode({"mediaType": INDEX, "manifests": entries})


def moved(port: int, name: str) -> bytes:
    """A 307 to the layers' host, presigned."""
    return page(307, headers={"Location": f"https://{BUCKET}:{port}/{name}?{QUERY}"})


def pages(layers: int, **changes: list[bytes]) -> Pages:
    """A registry with one image, whose blobs lead to the layers' port; ``changes`` by short name."""
    answers = {
        "manifest": [page(200, MANIFEST)],
        "child": [page(200, MANIFEST)],
        "config": [moved(layers, "config")],
        "layer": [moved(layers, "layer")],
    } | changes
    return Pages(
        {
            "/v2/web/manifests/1.2": answers["manifest"],
            f"/v2/web/manifests/{digest(MANIFEST)}": answers["child"],
            f"/v2/web/blobs/{digest(CONFIG)}": answers["config"],
            f"/v2/web/blobs/{digest(LAYER)}": answers["layer"],
        }
    )


def bucket() -> Pages:
    """The layers' host."""
    return Pages({f"/config?{QUERY}": [page(200, CONFIG)], f"/layer?{QUERY}": [page(206, LAYER[:1])]})


def pull(stored: Pages | None = None, **changes: Any) -> Observation:
    """What pulling the image comes to, with ``changes`` to the registry's answers."""
    blobs = secured(shown(OURS, BUCKET), stored or bucket())
    with listener(blobs) as layers:
        served = pages(layers, **changes)
        with listener(secured(shown(OURS, NAME), served)) as port:
            return ask(port, {BUCKET: ["127.0.0.1"]})


def ask(
    port: int, addresses: Mapping[str, list[str]] | Exception, reference: str = "", pinned: str = ""
) -> Observation:
    """One pull, with the token that the api's target has got."""
    arguments = {"pinned": pinned} if pinned else {}
    written = reference or f"{NAME}:{port}/web:1.2"
    call = Call(operation="registry:Pull", reference=written, arguments=arguments)
    dkr = target(port, service="ecr.dkr", calls=(call,))
    here = vantage(target(service="ecr.api"), dkr, trust=trusting(OURS), addresses=addresses)
    here.give_token(REGION, TOKEN)
    (told,) = registry.run((call,), dkr, passed("request", Layer.HTTP), here)
    return told


@pytest.mark.parametrize(
    "manifest",
    [MANIFEST, index(("linux", "arm64"), ("linux", "amd64"), ("unknown", "unknown"))],
    ids=["manifest", "index"],
)
def test_a_whole_pull_passes_and_names_where_its_layers_are(manifest: bytes) -> None:
    """The redirect's host and address are facts, recorded and never assumed."""
    told = pull(manifest=[page(200, manifest)])
    assert ("pass", BUCKET, "127.0.0.1") == (
        told.status.value,
        told.facts["redirect"],
        told.facts["redirect_address"],
    )


def test_the_token_stays_with_the_registry_and_one_byte_is_asked_for() -> None:
    """The layers' host gets no Authorization, the registry gets Basic, and nobody gets written down."""
    stored = bucket()
    with listener(secured(shown(OURS, BUCKET), stored)) as layers:
        served = pages(layers)
        with listener(secured(shown(OURS, NAME), served)) as port:
            told = ask(port, {BUCKET: ["127.0.0.1"]})
    text = msgspec.json.encode(told).decode()
    assert [True, True, True] == [f"Authorization: Basic {TOKEN}" in one for one in served.asked]
    assert ([False, False], True) == (
        ["Authorization" in one for one in stored.asked],
        "Range: bytes=0-0" in stored.asked[-1],
    )
    assert (False, False) == (TOKEN in text, "canary" in text)


def error(status: int, code: str, words: str) -> list[bytes]:
    """A registry's refusal."""
    return [page(status, msgspec.json.encode({"errors": [{"code": code, "message": words}]}))]


@pytest.mark.parametrize(
    ("changes", "kind", "code"),
    [
        ({"manifest": error(404, "MANIFEST_UNKNOWN", "no tag 1.2")}, "not-found", "MANIFEST_UNKNOWN"),
        ({"manifest": error(404, "NAME_UNKNOWN", "no repository")}, "not-found", "NAME_UNKNOWN"),
        ({"manifest": error(403, "DENIED", BATCH_GET)}, "access-denied", "DENIED"),
        ({"manifest": error(401, "UNAUTHORIZED", "who")}, "access-denied", "UNAUTHORIZED"),
        ({"manifest": error(429, "TOOMANYREQUESTS", "slow")}, "throttled", "TOOMANYREQUESTS"),
        ({"manifest": [page(500, b"oops")]}, "service-failed", "500"),
        ({"manifest": [page(418, b"{}")]}, "unknown", "418"),
        ({"manifest": [page(200, b"<html>")]}, "not-the-service", "manifests/1.2"),
        ({"manifest": [page(200, b'{"config": {"digest": "\xff"}}')]}, "not-the-service", "manifests/1.2"),
        ({"manifest": [page(500, b'{"errors": [{"code": "\xff"}]}')]}, "service-failed", "500"),
        ({"manifest": [page(200, b"{}")]}, "not-the-service", "manifest"),
        ({"manifest": [page(200, index(("linux", "arm64")))]}, "platform-mismatch", None),
        (
            {"config": [page(200, b'{"os": "linux", "architecture": "arm64"}')]},
            "platform-mismatch",
            None,
        ),
    ],
    ids=[
        "no-tag",
        "no-repository",
        "denied",
        "unauthorized",
        "rate-limited",
        "failing",
        "teapot",
        "html",
        "no-text",
        "failing-without-text",
        "empty",
        "no-platform",
        "other-platform",
    ],
)
def test_each_refusal_has_its_kind(changes: dict[str, Any], kind: str, code: str | None) -> None:
    """The registry's own code is kept beside the kind."""
    told = pull(**changes)
    assert told.failure is not None
    assert (kind, code) == (told.failure.kind.value, told.failure.code)


def test_a_denial_by_the_registry_is_taken_apart() -> None:
    """ECR's refusal of the manifest names action, resource and kind of policy like any other."""
    told = pull(manifest=error(403, "DENIED", BATCH_GET))
    assert told.failure is not None
    assert ("ecr:BatchGetImage", "arn:aws:ecr:eu-north-1:123456789012:repository/web", "identity-based") == (
        told.failure.action,
        told.failure.resource,
        told.failure.policy,
    )


def test_a_mismatch_says_what_there_is() -> None:
    """The platforms of the image are a fact."""
    told = pull(manifest=[page(200, index(("linux", "arm64"), ("windows", "amd64")))])
    assert ("linux/arm64", "windows/amd64") == told.facts["platforms"]


def test_a_failing_registry_is_asked_again() -> None:
    """Two failures are retried as the agent does; the third try passes, and says that it is the third."""
    told = pull(config=[page(500), page(503), page(200, CONFIG)])
    assert ("pass", 3) == (told.status.value, told.facts["attempts"])


@pytest.mark.parametrize(
    ("part", "expected"),
    [("manifest", ("/v2/web/manifests/1.2", 7)), ("layer", (f"/v2/web/blobs/{digest(LAYER)}", 5))],
    ids=["manifest", "layer"],
)
def test_a_registry_that_goes_on_failing_is_asked_as_often_as_fargate_asks(
    part: str, expected: tuple[str, int]
) -> None:
    """Seven times for a manifest and five times for a layer, counted where they arrive."""
    blobs = secured(shown(OURS, BUCKET), bucket())
    with listener(blobs) as layers:
        served = pages(layers, **{part: [page(503)]})
        with listener(secured(shown(OURS, NAME), served)) as port:
            told = ask(port, {BUCKET: ["127.0.0.1"]})
    path, times = expected
    arrived = [one.split(" ", 2)[1] for one in served.asked].count(path)
    assert ("service-failed", times, times) == (
        kinds([told])[0][1],
        told.facts["attempts"],
        arrived,
    )


@pytest.mark.parametrize(
    ("addresses", "kind"),
    [({BUCKET: ["127.0.0.1"]}, "refused"), (OSError(101, "Network is unreachable"), "unreachable")],
    ids=["refused", "unreachable"],
)
def test_a_layer_host_that_cannot_be_reached_is_named(addresses: Any, kind: str) -> None:
    """The words and the resource name the redirect's host, not the registry's."""
    served = pages(unused())
    with listener(secured(shown(OURS, NAME), served)) as port:
        told = ask(port, addresses)
    assert told.failure is not None
    assert (kind, BUCKET, True) == (
        told.failure.kind.value,
        told.failure.resource,
        BUCKET in told.failure.words,
    )


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (
            page(403, b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"),
            "access-denied",
            "AccessDenied",
        ),
        (page(302, headers={"Location": "https://elsewhere.example.test/"}), "not-the-service", "302"),
    ],
    ids=["endpoint-policy", "second-redirect"],
)
def test_the_layer_hosts_refusal_is_its_own(answer: bytes, kind: str, code: str) -> None:
    """S3's XML is read; a redirect of a redirect is nothing the service does."""
    told = pull(stored=Pages({f"/config?{QUERY}": [answer]}))
    assert told.failure is not None
    assert (kind, code, BUCKET) == (told.failure.kind.value, told.failure.code, told.failure.resource)


@pytest.mark.parametrize(
    ("tags", "now"),
    [({"/v2/web/manifests/1.2": [page(200, headers={"Docker-Content-Digest": NEW})]}, NEW), ({}, "")],
    ids=["pushed-again", "tag-gone-too"],
)
def test_a_pinned_digest_that_is_gone_says_what_the_tag_means(tags: dict[str, list[bytes]], now: str) -> None:
    """The pull is by the digest; only when that is not there is the tag looked at."""
    served = Pages(tags)
    with listener(secured(shown(OURS, NAME), served)) as port:
        told = ask(port, {}, pinned=f"{NAME}:{port}/web@{OLD}")
    assert ([("registry:Pull", "not-found")], OLD, now, ["GET", "HEAD"]) == (
        kinds([told]),
        told.facts["pinned"],
        told.facts["tag_digest"],
        [one.split(" ")[0] for one in served.asked],
    )


def test_without_the_regions_token_the_pull_is_skipped() -> None:
    """The api's target tells why there is none; here is only the consequence."""
    call = Call(operation="registry:Pull", reference="r/web:1")
    dkr = target(service="ecr.dkr", calls=(call,))
    here = vantage(target(service="ecr.api"), dkr)
    here.give_token(REGION, "")
    (told,) = registry.run((call,), dkr, (), here)
    assert ("skip", f"ecr:GetAuthorizationToken gave no token for {REGION}") == (
        told.status.value,
        told.because,
    )


def test_a_plan_without_the_api_gets_its_own_token() -> None:
    """By hand a registry may be probed alone: the token is then asked for on the way."""
    call = Call(operation="registry:Pull", reference="r/web:1.2")
    got = {"authorizationData": [{"authorizationToken": TOKEN}]}
    expected = [Answer("get_authorization_token", {"registryIds": ["api"]}, got)]
    with answering("ecr", expected) as client, listener(secured(shown(OURS, NAME), Pages({}))) as port:
        dkr = target(port, service="ecr.dkr", calls=(call,))
        here = vantage(dkr, clients={"ecr": client}, trust=trusting(OURS))
        told = list(registry.run((call,), dkr, passed("request", Layer.HTTP), here))
    assert [("registry:Pull", "not-found")] == kinds(told)


def test_a_reference_that_is_none_fails_as_one() -> None:
    """What the grammar refuses is an invalid reference, and nothing is sent."""
    told = ask(unused(), {}, reference="UPPER:1")
    assert [("registry:Pull", "invalid-reference")] == kinds([told])
