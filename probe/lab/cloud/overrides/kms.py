"""KMS keys whose material is imported: pending until it is there, and again when it was deleted.

moto calls every new key enabled.
https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys-conceptual.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call, Handler
from probe.lab.api.errors import ApiError
from probe.lab.iam import looking_up

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_PENDING, _ENABLED = "PendingImport", "Enabled"


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    def create(call: Call) -> Mapping[str, Any]:
        made = call.forward()["KeyMetadata"]
        if call.params.get("Origin") == "EXTERNAL":
            _set(cloud, call, made["KeyId"], _PENDING)
            made = made | {"KeyState": _PENDING, "Enabled": False}
        return {"KeyMetadata": made}

    def imported(call: Call) -> Mapping[str, Any]:
        _set(cloud, call, str(call.params["KeyId"]), _ENABLED)
        return {"KeyId": call.params["KeyId"]}

    def deleted(call: Call) -> Mapping[str, Any]:
        _set(cloud, call, str(call.params["KeyId"]), _PENDING)
        return {"KeyId": call.params["KeyId"]}

    yield ("kms", "CreateKey"), create
    yield ("kms", "ImportKeyMaterial"), imported
    yield ("kms", "DeleteImportedKeyMaterial"), deleted


def _set(cloud: Cloud, call: Call, name: str, state: str) -> None:
    key = looking_up.key(cloud.backend, call.region, name)
    if key is None:
        raise ApiError("NotFoundException", f"Key '{name}' does not exist")
    if key.origin != "EXTERNAL":
        text = f"{key.arn} origin is {key.origin} which is not valid for this operation."
        raise ApiError("UnsupportedOperationException", text)
    key.key_state, key.enabled = state, state == _ENABLED
