"""Registries that are not ECR's: challenges, tokens, quotas, redirects, and what they say of nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode, urlsplit

import pytest

from probe.lab.cloud import Cloud
from probe.lab.faults import Faults
from probe.lab.registry import hubs
from probe.lab.wire import Answer, Request
from tests.lab.cloud.callers import allow, role
from tests.lab.cloud.networks import Network

pytestmark = pytest.mark.lab

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
LAYER = b"a layer of somebody else's"
DIGEST = f"sha256:{hashlib.sha256(LAYER).hexdigest()}"
HUB, CDN, SELF_HOSTED = "registry-1.docker.io", "production.cloudflare.docker.com", "registry.example.com"
USER, PASSWORD = "deploy", "open sesame"


def send(
    cloud: Cloud, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> Answer:
    """One request to whatever host a URL names."""
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    accepted = {"accept": MANIFEST, **(headers or {})}
    return cloud.answer(Request(method, parts.netloc, target, accepted, body))


def push(cloud: Cloud, host: str, repository: str) -> None:
    """An image of one layer, which is its own configuration too."""
    root = f"https://{host}/v2/{repository}"
    begun = send(cloud, "POST", f"{root}/blobs/uploads/").headers["location"]
    assert send(cloud, "PUT", f"https://{host}{begun}&digest={DIGEST}", None, LAYER).status == 201
    part = {"mediaType": "application/octet-stream", "digest": DIGEST, "size": len(LAYER)}
    document = {"schemaVersion": 2, "mediaType": MANIFEST, "config": part, "layers": [part]}
    put = send(
        cloud, "PUT", f"{root}/manifests/1.0", {"content-type": MANIFEST}, json.dumps(document).encode()
    )
    assert put.status == 201


@pytest.fixture(scope="module")
def world(cloud: Cloud) -> Iterator[Cloud]:
    """The cloud with an image at every registry, pushed while nothing was enforced."""
    cloud.names.outside.add(SELF_HOSTED)
    cloud.enforced = False
    for host in (*(hub.host for hub in hubs.WELL_KNOWN), SELF_HOSTED):
        push(cloud, host, "example/web")
    cloud.enforced = True
    yield cloud
    cloud.names.outside.discard(SELF_HOSTED)


def challenged(answer: Answer) -> dict[str, str]:
    """What a challenge asks for."""
    return dict(re.findall(r'(\w+)="([^"]*)"', answer.headers["www-authenticate"]))


def basic(password: str = PASSWORD) -> dict[str, str]:
    """A login's header."""
    return {"authorization": f"Basic {base64.b64encode(f'{USER}:{password}'.encode()).decode()}"}


def token(
    cloud: Cloud, hub: hubs.Hub, repository: str, login: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The header with the token that the registry's challenge leads to."""
    asked = challenged(send(cloud, "GET", f"https://{hub.host}/v2/"))
    query = urlencode({"service": asked["service"], "scope": f"repository:{repository}:pull"})
    given = json.loads(send(cloud, "GET", f"{asked['realm']}?{query}", login).body)
    return {"authorization": f"Bearer {given['token']}"}


@pytest.mark.parametrize("hub", hubs.WELL_KNOWN, ids=lambda hub: hub.name)
def test_a_pull_is_challenge_token_manifest_and_a_layer_elsewhere(world: Cloud, hub: hubs.Hub) -> None:
    """The challenge leads to the token, the blob to another host, which asks for no token."""
    header = token(world, hub, "example/web")
    manifest = send(world, "GET", f"https://{hub.host}/v2/example/web/manifests/1.0", header)
    blob = send(world, "GET", f"https://{hub.host}/v2/example/web/blobs/{DIGEST}", header)
    layer = send(world, "GET", blob.headers["location"], {"range": "bytes=0-0"})
    assert (200, 307, hub.layers, 206, LAYER[:1]) == (
        manifest.status,
        blob.status,
        urlsplit(blob.headers["location"]).netloc,
        layer.status,
        layer.body,
    )


REFUSED = {
    "hidden-repository": (HUB, 401, "insufficient_scope"),
    "candid-registry": ("public.ecr.aws", 404, None),
}


@pytest.mark.parametrize(("host", "status", "error"), REFUSED.values(), ids=REFUSED)
def test_most_registries_do_not_say_that_a_repository_is_not_there(
    world: Cloud, host: str, status: int, error: str | None
) -> None:
    """They answer as for one that is private; Amazon's public one says 404."""
    header = token(world, hubs.at(host), "example/wep")
    answer = send(world, "GET", f"https://{host}/v2/example/wep/manifests/1.0", header)
    said = challenged(answer).get("error") if status == 401 else None
    assert (status, error) == (answer.status, said)


def test_without_a_token_a_manifest_is_a_challenge_for_its_repository(world: Cloud) -> None:
    """The scope that the token needs stands in it."""
    answer = send(world, "GET", f"https://{HUB}/v2/example/web/manifests/1.0")
    assert (401, "repository:example/web:pull") == (answer.status, challenged(answer)["scope"])


def test_a_tag_that_is_not_there_is_told(world: Cloud) -> None:
    """Whoever may pull the repository learns that the tag does not exist."""
    answer = send(
        world,
        "GET",
        f"https://{HUB}/v2/example/web/manifests/2.0",
        token(world, hubs.at(HUB), "example/web"),
    )
    assert (404, "MANIFEST_UNKNOWN") == (answer.status, json.loads(answer.body)["errors"][0]["code"])


@pytest.mark.parametrize(
    ("login", "status"), [(None, 401), (basic(), 200)], ids=["anybody", "with-the-login"]
)
def test_a_private_repository_wants_its_login(
    world: Cloud, faults: Faults, login: dict[str, str] | None, status: int
) -> None:
    """The token server gives a token to anybody; only the login's opens what is private."""
    faults.private_images("docker.io/example", USER, PASSWORD)
    header = token(world, hubs.at(HUB), "example/web", login)
    assert status == send(world, "HEAD", f"https://{HUB}/v2/example/web/manifests/1.0", header).status


def test_a_wrong_password_gets_no_token(world: Cloud, faults: Faults) -> None:
    """The token server itself refuses a login that it does not know."""
    faults.private_images("docker.io/example", USER, PASSWORD)
    url = "https://auth.docker.io/token?scope=repository:example/web:pull&service=registry.docker.io"
    assert 401 == send(world, "GET", url, basic("guess")).status


@pytest.mark.parametrize(
    ("login", "status"),
    [({}, 401), (basic("guess"), 401), (basic(), 200)],
    ids=["nobody", "wrong-password", "login"],
)
def test_a_self_hosted_registry_takes_basic(
    world: Cloud, faults: Faults, login: dict[str, str], status: int
) -> None:
    """It has no token server, and serves its layers itself."""
    faults.private_images(SELF_HOSTED, USER, PASSWORD)
    root = send(world, "GET", f"https://{SELF_HOSTED}/v2/", login)
    blob = send(world, "GET", f"https://{SELF_HOSTED}/v2/example/web/blobs/{DIGEST}", login)
    assert (status, status) == (root.status, blob.status)


def test_docker_hub_counts_manifests_that_are_fetched(world: Cloud) -> None:
    """Asking by HEAD is free, and the header says what is left."""
    header = token(world, hubs.at(HUB), "example/web")
    url = f"https://{HUB}/v2/example/web/manifests/1.0"
    left = [
        int(send(world, method, url, header).headers["ratelimit-remaining"].partition(";")[0])
        for method in ("HEAD", "HEAD", "GET", "HEAD")
    ]
    assert [0, -1, -1] == [one - left[0] for one in left[1:]]


LIMITED = {
    "hub-head": ("docker.io", HUB, "HEAD", 200),
    "hub-get": ("docker.io", HUB, "GET", 429),
    "ghcr-head": ("ghcr.io", "ghcr.io", "HEAD", 429),
}


@pytest.mark.parametrize(("name", "host", "method", "status"), LIMITED.values(), ids=LIMITED)
def test_a_registry_without_pulls_left_answers_429(
    world: Cloud, faults: Faults, name: str, host: str, method: str, status: int
) -> None:
    """Docker Hub only where it counts."""
    faults.rate_limit(name)
    header = token(world, hubs.at(host), "example/web")
    assert status == send(world, method, f"https://{host}/v2/example/web/manifests/1.0", header).status


def test_a_layers_address_is_signed(world: Cloud) -> None:
    """The host of the layers gives nothing to somebody who made an address up."""
    assert 403 == send(world, "GET", f"https://{CDN}/example/web/{DIGEST}?verify=x").status


def test_nobody_pushes_once_policies_hold(world: Cloud) -> None:
    """The world outside stays as the scenario left it."""
    assert 403 == send(world, "POST", f"https://{HUB}/v2/example/web/blobs/uploads/").status


SPLIT = {
    "nginx": (None, "nginx"),
    "shop/web": (None, "shop/web"),
    "123456789012.dkr.ecr.us-east-1.amazonaws.com/web": (
        None,
        "123456789012.dkr.ecr.us-east-1.amazonaws.com/web",
    ),
    "docker.io/nginx": (HUB, "library/nginx"),
    "quay.io/a/b": ("quay.io", "a/b"),
    "registry.example.com/a": (SELF_HOSTED, "a"),
}


@pytest.mark.parametrize(("image", "expected"), SPLIT.items(), ids=SPLIT)
def test_a_name_with_a_host_is_another_registrys(image: str, expected: tuple[str | None, str]) -> None:
    """Without one, and with an ECR host, it is this cloud's."""
    hub, repository = hubs.split(image)
    assert expected == (hub.host if hub else None, repository)


CACHED = "https://123456789012.dkr.ecr.us-east-1.amazonaws.com/v2/ecr-public/example/web/manifests/1.0"
PULLING = ("ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


@pytest.fixture(scope="module")
def cached(world: Cloud) -> Cloud:
    """The world with a pull-through cache of Amazon's public registry."""
    rule = {"ecrRepositoryPrefix": "ecr-public", "upstreamRegistryUrl": "public.ecr.aws"}
    world.client("ecr").create_pull_through_cache_rule(**rule)
    return world


def pull(cloud: Cloud, name: str, *actions: str, endpoint: str | None = None) -> tuple[int, str]:
    """What somebody who may do this gets of the cache, and the registry's code."""
    given = role(cloud, name, allow(*PULLING, *actions)).client("ecr").get_authorization_token()
    basic_ = {"authorization": f"Basic {given['authorizationData'][0]['authorizationToken']}"}
    parts = urlsplit(CACHED)
    request = Request("GET", parts.netloc, parts.path, {"accept": MANIFEST, **basic_}, endpoint=endpoint)
    answer = cloud.answer(request)
    code = "" if answer.status == 200 else json.loads(answer.body)["errors"][0]["code"]
    return answer.status, code


def test_a_first_pull_through_a_cache_imports_the_image(cached: Cloud, network: Network) -> None:
    """It wants a permission of its own and a way out of the VPC; later pulls want neither."""
    imports = ("ecr:BatchImportUpstreamImage", "ecr:CreateRepository")
    endpoint = network.endpoint("ecr.dkr")["VpcEndpointId"]
    assert [(403, "DENIED"), (404, "NAME_UNKNOWN"), (200, ""), (200, "")] == [
        pull(cached, "reads-only"),
        pull(cached, "without-way-out", *imports, endpoint=endpoint),
        pull(cached, "imports", *imports),
        pull(cached, "reads-later", endpoint=endpoint),
    ]


def test_the_api_knows_the_rules_of_caches(cached: Cloud) -> None:
    """DescribePullThroughCacheRules tells what was made, and a registry that is none is refused."""
    ecr = cached.client("ecr")
    told = ecr.describe_pull_through_cache_rules()["pullThroughCacheRules"]
    assert [("ecr-public", "public.ecr.aws")] == [
        (one["ecrRepositoryPrefix"], one["upstreamRegistryUrl"]) for one in told
    ]
    with pytest.raises(ecr.exceptions.UnsupportedUpstreamRegistryException):
        ecr.create_pull_through_cache_rule(ecrRepositoryPrefix="other", upstreamRegistryUrl="example.com")
