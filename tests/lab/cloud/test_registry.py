"""ECR's registry host and layer bucket in front of a real docker-registry."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from probe.lab.cloud import Cloud
from probe.lab.wire import Answer, Request
from tests.lab.cloud.callers import Caller, allow, role
from tests.lab.cloud.networks import Network

pytestmark = pytest.mark.lab

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
LAYER = b"a layer, as far as anybody checks"
DIGEST = f"sha256:{hashlib.sha256(LAYER).hexdigest()}"


def token(client: object) -> Mapping[str, str]:
    """The Authorization header of somebody who may ask ECR for a token."""
    given = client.get_authorization_token()["authorizationData"][0]  # type: ignore[attr-defined]
    return {"authorization": f"Basic {given['authorizationToken']}"}


def send(cloud: Cloud, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
    """One request to whatever host a URL names."""
    parts = urlsplit(url, scheme="https")
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    return cloud.answer(Request(method, parts.netloc or HOST, target, headers, body))


def push(cloud: Cloud, repository: str, tag: str = "1.0") -> None:
    """Push an image of one layer, which is its own configuration too."""
    header = token(cloud.client("ecr"))
    begun = send(cloud, "POST", f"/v2/{repository}/blobs/uploads/", header).headers["location"]
    assert send(cloud, "PUT", f"{begun}&digest={DIGEST}", header, LAYER).status == 201
    part = {"mediaType": "application/octet-stream", "digest": DIGEST, "size": len(LAYER)}
    document = {"schemaVersion": 2, "mediaType": MANIFEST, "config": part, "layers": [part]}
    put = {**header, "content-type": MANIFEST}
    url = f"/v2/{repository}/manifests/{tag}"
    assert send(cloud, "PUT", url, put, json.dumps(document).encode()).status == 201


@pytest.fixture(scope="module")
def repository(cloud: Cloud) -> str:
    """A repository with the image 1.0."""
    cloud.client("ecr").create_repository(repositoryName="shop/web")
    push(cloud, "shop/web")
    return "shop/web"


@pytest.fixture(scope="module")
def puller(cloud: Cloud) -> Caller:
    """A role with what ECS's execution policy gives for ECR."""
    actions = ("GetAuthorizationToken", "BatchGetImage", "GetDownloadUrlForLayer")
    return role(cloud, "puller", allow(*(f"ecr:{action}" for action in actions)))


def test_image_is_pulled_through_the_layer_bucket(cloud: Cloud, repository: str, puller: Caller) -> None:
    """The manifest names the layer, the layer answers 307, and S3 gives its first byte."""
    header = token(puller.client("ecr"))
    manifest = send(cloud, "GET", f"/v2/{repository}/manifests/1.0", {**header, "accept": MANIFEST})
    layer = json.loads(manifest.body)["layers"][0]["digest"]

    redirect = send(cloud, "GET", f"/v2/{repository}/blobs/{layer}", header)
    first = send(cloud, "GET", redirect.headers["location"], {"range": "bytes=0-0"})

    assert (200, 307, 206) == (manifest.status, redirect.status, first.status)
    assert (
        "prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com"
        == urlsplit(redirect.headers["location"]).netloc
    )
    assert (LAYER[:1], f"bytes 0-0/{len(LAYER)}") == (first.body, first.headers["content-range"])


def test_presigned_address_takes_no_second_signature(cloud: Cloud, repository: str) -> None:
    """S3 refuses an Authorization header beside the presigned query, as a client that forwards it learns."""
    header = token(cloud.client("ecr"))
    place = send(cloud, "GET", f"/v2/{repository}/blobs/{DIGEST}", header).headers["location"]

    refused = send(cloud, "GET", place, header)

    assert 400 == refused.status
    assert b"Only one auth mechanism allowed" in refused.body


def test_address_without_its_signature_is_refused(cloud: Cloud, repository: str) -> None:
    """The layer bucket knows only the addresses that ECR gave out."""
    place = send(cloud, "GET", f"/v2/{repository}/blobs/{DIGEST}", token(cloud.client("ecr"))).headers[
        "location"
    ]

    refused = send(cloud, "GET", place.partition("?")[0], {})

    assert (403, True) == (refused.status, b"<Code>AccessDenied</Code>" in refused.body)


def test_two_pulls_at_once_have_an_address_each(cloud: Cloud, repository: str) -> None:
    """A second address of a layer leaves the first one good."""
    urls = [cloud.registry.layer_url("us-east-1", repository, DIGEST) for _ in range(2)]

    assert [200, 200] == [send(cloud, "GET", url, {}).status for url in urls]


MISSING = {
    "repository": ("/v2/no/such/manifests/1.0", "NAME_UNKNOWN"),
    "tag": ("/v2/shop/web/manifests/2.0", "MANIFEST_UNKNOWN"),
    "layer": (f"/v2/shop/web/blobs/sha256:{'0' * 64}", "BLOB_UNKNOWN"),
}


@pytest.mark.parametrize(("path", "code"), MISSING.values(), ids=MISSING)
def test_what_is_missing_is_named(cloud: Cloud, repository: str, path: str, code: str) -> None:
    """A 404 says whether the repository, the image or the layer is not there."""
    assert repository
    answer = send(cloud, "GET", path, {**token(cloud.client("ecr")), "accept": MANIFEST})

    assert (404, code) == (answer.status, json.loads(answer.body)["errors"][0]["code"])


def test_pull_without_permission_names_it(cloud: Cloud, repository: str) -> None:
    """A token alone opens no repository."""
    caller = role(cloud, "token-only", allow("ecr:GetAuthorizationToken"))

    answer = send(cloud, "GET", f"/v2/{repository}/manifests/1.0", token(caller.client("ecr")))

    error = json.loads(answer.body)["errors"][0]
    assert (403, "DENIED") == (answer.status, error["code"])
    assert (
        "is not authorized to perform: ecr:BatchGetImage on resource: "
        "arn:aws:ecr:us-east-1:123456789012:repository/shop/web "
        "because no identity-based policy allows the ecr:BatchGetImage action"
    ) in error["message"]


def test_endpoint_policy_of_the_gateway_guards_layers(
    cloud: Cloud, repository: str, network: Network
) -> None:
    """A gateway endpoint whose policy forgets ECR's bucket lets no layer through."""
    policy = {
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "arn:aws:s3:::mine/*"}]
    }
    endpoint = network.gateway()["VpcEndpointId"]
    place = urlsplit(cloud.registry.layer_url("us-east-1", repository, DIGEST))
    request = Request("GET", place.netloc, f"{place.path}?{place.query}", {}, endpoint=endpoint)
    before = cloud.answer(request)

    network.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PolicyDocument=json.dumps(policy))

    assert (200, 403, 200) == (
        before.status,
        cloud.answer(request).status,
        cloud.answer(replace(request, endpoint=None)).status,
    )


def test_foreign_token_is_refused(cloud: Cloud) -> None:
    """A password that ECR never gave is an expired one."""
    answer = send(cloud, "GET", "/v2/", {"authorization": "Basic QVdTOng="})

    assert (403, True) == (answer.status, b"Reauthenticate and try again" in answer.body)


def test_api_knows_what_was_pushed(cloud: Cloud, repository: str) -> None:
    """DescribeImages, BatchCheckLayerAvailability and GetDownloadUrlForLayer agree with the registry."""
    ecr = cloud.client("ecr")
    absent = f"sha256:{'0' * 64}"

    tags = [
        image.get("imageTags") for image in ecr.describe_images(repositoryName=repository)["imageDetails"]
    ]
    layers = ecr.batch_check_layer_availability(repositoryName=repository, layerDigests=[DIGEST, absent])
    url = ecr.get_download_url_for_layer(repositoryName=repository, layerDigest=DIGEST)["downloadUrl"]

    assert [["1.0"]] == tags
    assert [len(LAYER)] == [layer["layerSize"] for layer in layers["layers"]]
    assert [absent] == [failure["layerDigest"] for failure in layers["failures"]]
    assert LAYER == send(cloud, "GET", url, {}).body


def test_an_image_keeps_its_digest_when_its_tag_moves_on(cloud: Cloud) -> None:
    """A tag that is pushed again leaves the earlier image untagged; deleted, its digest is unknown too."""
    ecr, header = cloud.client("ecr"), token(cloud.client("ecr"))
    ecr.create_repository(repositoryName="shop/moved")
    push(cloud, "shop/moved")
    before = cloud.registry.digest("123456789012", "us-east-1", "shop/moved", "1.0")
    document = {"schemaVersion": 2, "mediaType": MANIFEST, "config": {}, "layers": []}
    ecr.put_image(repositoryName="shop/moved", imageManifest=json.dumps(document), imageTag="1.0")

    kept = send(cloud, "HEAD", f"/v2/shop/moved/manifests/{before}", {**header, "accept": MANIFEST})
    ecr.batch_delete_image(repositoryName="shop/moved", imageIds=[{"imageDigest": before}])
    gone = send(cloud, "HEAD", f"/v2/shop/moved/manifests/{before}", {**header, "accept": MANIFEST})

    assert (200, 404) == (kept.status, gone.status)


def test_a_registry_id_is_another_accounts_registry(cloud: Cloud) -> None:
    """A repository that was made for another account is found under that account's host, and only there."""
    cloud.client("ecr").create_repository(registryId="111122223333", repositoryName="shop/theirs")
    found = [
        cloud.registry.digest(account, "us-east-1", "shop/theirs", "1.0")
        or send(
            cloud,
            "GET",
            f"https://{account}.dkr.ecr.us-east-1.amazonaws.com/v2/shop/theirs/manifests/1.0",
            token(cloud.client("ecr")),
        ).body.decode()
        for account in ("111122223333", "123456789012")
    ]
    assert [True, True] == ["MANIFEST_UNKNOWN" in found[0], "NAME_UNKNOWN" in found[1]]


def test_same_tag_can_be_pushed_again(cloud: Cloud, repository: str) -> None:
    """A second push of an equal image is no error, as with ECR's mutable tags."""
    push(cloud, repository)

    found = cloud.client("ecr").describe_images(repositoryName=repository)["imageDetails"]
    assert [["1.0"]] == [image["imageTags"] for image in found]
