"""The states of KMS keys: those whose material is imported wait for it, and a key may be named by its ARN.

moto calls every new key enabled, and knows a key whose state is to change by its id alone.
https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
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

_PENDING, _ENABLED, _DISABLED, _DELETED = "PendingImport", "Enabled", "Disabled", "PendingDeletion"
_CHANGES = {
    "EnableKey": ((_ENABLED, _DISABLED), _ENABLED),
    "DisableKey": ((_ENABLED, _DISABLED), _DISABLED),
    "CancelKeyDeletion": ((_DELETED,), _DISABLED),
    "ImportKeyMaterial": ((_PENDING, _ENABLED), _ENABLED),
    "DeleteImportedKeyMaterial": ((_PENDING, _ENABLED, _DISABLED), _PENDING),
}
"""Operation to the states that it is allowed in, and the one that it leaves a key in."""
_OF_IMPORTED = frozenset({"ImportKeyMaterial", "DeleteImportedKeyMaterial"})
_WORDS = {_DELETED: "pending deletion", _PENDING: "pending import"}


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    def create(call: Call) -> Mapping[str, Any]:
        made = call.forward()["KeyMetadata"]
        if call.params.get("Origin") == "EXTERNAL":
            _set(_key(cloud, call, made["KeyId"]), _PENDING)
            made = made | {"KeyState": _PENDING, "Enabled": False}
        return {"KeyMetadata": made}

    def change(call: Call) -> Mapping[str, Any]:
        key = _key(cloud, call, str(call.params["KeyId"]))
        allowed, wanted = _CHANGES[call.operation]
        if call.operation in _OF_IMPORTED and key.origin != "EXTERNAL":
            text = f"{key.arn} origin is {key.origin} which is not valid for this operation."
            raise ApiError("UnsupportedOperationException", text)
        if key.key_state not in allowed:
            state = _WORDS.get(key.key_state, "not pending deletion")
            raise ApiError("KMSInvalidStateException", f"{key.arn} is {state}.")
        _set(key, wanted)
        return {"KeyId": key.arn}

    yield ("kms", "CreateKey"), create
    yield from ((("kms", operation), change) for operation in _CHANGES)


def _key(cloud: Cloud, call: Call, name: str) -> Any:
    found = looking_up.key(cloud.backend, call.region, name)
    if found is None:
        raise ApiError("NotFoundException", f"Key '{name}' does not exist")
    return found


def _set(key: Any, state: str) -> None:
    key.key_state, key.enabled = state, state == _ENABLED
    if state != _DELETED:
        key.deletion_date = None
