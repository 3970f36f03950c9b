"""ECR: tokens that know their holder, and layers, of which only the registry knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call, Handler
from probe.lab.api.errors import ApiError
from probe.lab.registry.pushing import token

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    def download_url(call: Call) -> Mapping[str, Any]:
        name, digest = call.params["repositoryName"], call.params["layerDigest"]
        _repository(cloud, call)
        if cloud.registry.size(name, digest) is None:
            raise ApiError("LayersNotFoundException", f"Layer with digest {digest} was not found in {name}")
        return {"downloadUrl": cloud.registry.layer_url(call.region, name, digest), "layerDigest": digest}

    def availability(call: Call) -> Mapping[str, Any]:
        name = call.params["repositoryName"]
        _repository(cloud, call)
        sizes = {digest: cloud.registry.size(name, digest) for digest in call.params["layerDigests"]}
        return {
            "layers": [_layer(digest, size) for digest, size in sizes.items() if size is not None],
            "failures": [
                {
                    "layerDigest": digest,
                    "failureCode": "MissingLayerDigest",
                    "failureReason": "Layer is missing",
                }
                for digest, size in sizes.items()
                if size is None
            ],
        }

    def authorization(call: Call) -> Mapping[str, Any]:
        password, ends = cloud.registry.tokens.issue(call.principal)
        accounts = call.params.get("registryIds") or [call.account]
        return {
            "authorizationData": [
                _authorization(account, call.region, password, ends) for account in accounts
            ]
        }

    yield ("ecr", "GetAuthorizationToken"), authorization
    yield ("ecr", "GetDownloadUrlForLayer"), download_url
    yield ("ecr", "BatchCheckLayerAvailability"), availability


def _authorization(account: str, region: str, password: str, ends: datetime) -> Mapping[str, Any]:
    return {
        "authorizationToken": token(password),
        "expiresAt": ends,
        "proxyEndpoint": f"https://{account}.dkr.ecr.{region}.amazonaws.com",
    }


def _layer(digest: str, size: int) -> Mapping[str, Any]:
    return {"layerDigest": digest, "layerAvailability": "AVAILABLE", "layerSize": size}


def _repository(cloud: Cloud, call: Call) -> None:
    name = call.params["repositoryName"]
    if name not in cloud.backend("ecr", call.region).repositories:
        text = f"The repository with name '{name}' does not exist in the registry with id '{call.account}'"
        raise ApiError("RepositoryNotFoundException", text)
