"""Which secret an ARN means and which of its versions are there, in AWS's words; moto is more generous.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call, Handler
from probe.lab.api.errors import ApiError
from probe.lab.cloud.overrides.encryption import decrypt_secret, key_of_secret
from probe.lab.iam import looking_up

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_NO_SECRET = "Secrets Manager can't find the specified secret."
_NO_VALUE = "Secrets Manager can't find the specified secret value for {}: {}"
_DELETED = "You can't perform this operation on the secret because it was marked for deletion."


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    def value(call: Call) -> Mapping[str, Any]:
        secret = _found(cloud, call)
        if secret.is_deleted():
            raise ApiError("InvalidRequestException", _DELETED)
        _require_version(secret, call.params.get("VersionStage"), call.params.get("VersionId"))
        decrypt_secret(cloud, call, key_of_secret(secret), secret.arn)
        return call.forward()

    def description(call: Call) -> Mapping[str, Any]:
        _found(cloud, call)
        return call.forward()

    yield ("secretsmanager", "GetSecretValue"), value
    yield ("secretsmanager", "DescribeSecret"), description


def _found(cloud: Cloud, call: Call) -> Any:
    secret = looking_up.secret(cloud.backend, call.region, str(call.params.get("SecretId") or ""))
    if secret is None:
        raise ApiError("ResourceNotFoundException", _NO_SECRET)
    return secret


def _require_version(secret: Any, stage: str | None, version: str | None) -> None:
    if version and version not in secret.versions:
        raise ApiError("ResourceNotFoundException", _NO_VALUE.format("VersionId", version))
    labels = {label for one in secret.versions.values() for label in one["version_stages"]}
    wanted = stage or ("" if version else "AWSCURRENT")
    if wanted and wanted not in labels:
        raise ApiError("ResourceNotFoundException", _NO_VALUE.format("staging label", wanted))
