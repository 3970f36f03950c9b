"""ECR: tokens that know their holder, and layers, of which only the registry knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call, Handler
from probe.lab.api.errors import ApiError
from probe.lab.registry import caching, manifests
from probe.lab.registry.pushing import token

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    yield ("ecr", "GetAuthorizationToken"), partial(_token, cloud)
    yield ("ecr", "GetDownloadUrlForLayer"), partial(_download_url, cloud)
    yield ("ecr", "PutImage"), partial(_put_image, cloud)
    yield ("ecr", "CreatePullThroughCacheRule"), partial(_create_rule, cloud)
    yield ("ecr", "DescribePullThroughCacheRules"), partial(_describe_rules, cloud)
    yield ("ecr", "DeletePullThroughCacheRule"), partial(_delete_rule, cloud)
    yield ("ecr", "BatchCheckLayerAvailability"), partial(_availability, cloud)


def _token(cloud: Cloud, call: Call) -> Mapping[str, Any]:
    password, ends = cloud.registry.tokens.issue(call.principal)
    accounts = call.params.get("registryIds") or [call.account]
    return {
        "authorizationData": [_authorization(account, call.region, password, ends) for account in accounts]
    }


def _put_image(cloud: Cloud, call: Call) -> Mapping[str, Any]:
    """A manifest under a tag, which another image may have had: that one stays, without it."""
    with cloud.lock:
        repositories = cloud.backend("ecr", call.region, call.account).repositories
        known = repositories.get(call.params["repositoryName"])
        if known is not None and known.image_tag_mutability == "MUTABLE":
            manifests.untag(known, call.params.get("imageTag"))
    return call.forward()


def _create_rule(cloud: Cloud, call: Call) -> Mapping[str, Any]:
    """A pull-through cache of a registry; Docker Hub's and others want credentials, which are kept unread."""
    prefix = str(call.params["ecrRepositoryPrefix"])
    rules = cloud.registry.caches.rules(call.account, call.region)
    caching.check(str(call.params["upstreamRegistryUrl"]))
    if prefix in rules:
        text = f"A pull through cache rule with the prefix {prefix} already exists."
        raise ApiError("PullThroughCacheRuleAlreadyExistsException", text)
    kept = {
        name: call.params[name] for name in ("upstreamRegistryUrl", "credentialArn") if name in call.params
    }
    rules[prefix] = {
        "ecrRepositoryPrefix": prefix,
        "createdAt": datetime.now(UTC),
        "registryId": call.account,
        **kept,
    }
    return rules[prefix]


def _describe_rules(cloud: Cloud, call: Call) -> Mapping[str, Any]:
    rules = cloud.registry.caches.rules(call.account, call.region)
    wanted = call.params.get("ecrRepositoryPrefixes") or list(rules)
    return {"pullThroughCacheRules": [_known(rules, prefix) for prefix in wanted]}


def _delete_rule(cloud: Cloud, call: Call) -> Mapping[str, Any]:
    rules, prefix = cloud.registry.caches.rules(call.account, call.region), call.params["ecrRepositoryPrefix"]
    gone = _known(rules, prefix)
    del rules[prefix]
    return gone


def _known(rules: Mapping[str, Mapping[str, Any]], prefix: str) -> Mapping[str, Any]:
    if prefix not in rules:
        text = f"The pull through cache rule with the prefix {prefix} does not exist."
        raise ApiError("PullThroughCacheRuleNotFoundException", text)
    return rules[prefix]


def _download_url(cloud: Cloud, call: Call) -> Mapping[str, Any]:
    name, digest = _repository(cloud, call), call.params["layerDigest"]
    if cloud.registry.size(name, digest, call.region) is None:
        raise ApiError("LayersNotFoundException", f"Layer with digest {digest} was not found in {name}")
    return {"downloadUrl": cloud.registry.layer_url(call.region, name, digest), "layerDigest": digest}


def _availability(cloud: Cloud, call: Call) -> Mapping[str, Any]:
    name = _repository(cloud, call)
    sizes = {digest: cloud.registry.size(name, digest, call.region) for digest in call.params["layerDigests"]}
    return {
        "layers": [_layer(digest, size) for digest, size in sizes.items() if size is not None],
        "failures": [
            {"layerDigest": digest, "failureCode": "MissingLayerDigest", "failureReason": "It is missing"}
            for digest, size in sizes.items()
            if size is None
        ],
    }


def _authorization(account: str, region: str, password: str, ends: datetime) -> Mapping[str, Any]:
    return {
        "authorizationToken": token(password),
        "expiresAt": ends,
        "proxyEndpoint": f"https://{account}.dkr.ecr.{region}.amazonaws.com",
    }


def _layer(digest: str, size: int) -> Mapping[str, Any]:
    return {"layerDigest": digest, "layerAvailability": "AVAILABLE", "layerSize": size}


def _repository(cloud: Cloud, call: Call) -> str:
    """The name of the repository that a call is about, which must be there."""
    name = str(call.params["repositoryName"])
    if name not in cloud.backend("ecr", call.region, call.account).repositories:
        text = f"The repository with name '{name}' does not exist in the registry with id '{call.account}'"
        raise ApiError("RepositoryNotFoundException", text)
    return name
