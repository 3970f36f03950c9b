"""Secrets and parameters under a customer's key: their caller must be allowed to decrypt with it.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call, Handler
from probe.lab.api.errors import ApiError
from probe.lab.iam import Denied, looking_up

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_ASM = "Access to KMS is not allowed"
_SSM = (
    "The ciphertext refers to a customer master key that does not exist, does not exist in this region, "
    "or you are not allowed to access."
)


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    def secret_value(call: Call) -> Mapping[str, Any]:
        found = looking_up.secret(cloud.backend, call.region, str(call.params.get("SecretId") or ""))
        if found is not None:
            _decrypt(cloud, call, found.kms_key_id, _ASM)
        return call.forward()

    def parameters(call: Call) -> Mapping[str, Any]:
        if call.params.get("WithDecryption"):
            for name in call.params.get("Names") or [call.params.get("Name")]:
                _decrypt(cloud, call, _key_of_parameter(cloud, call.region, str(name)), _SSM)
        return call.forward()

    yield ("secretsmanager", "GetSecretValue"), secret_value
    yield ("ssm", "GetParameters"), parameters
    yield ("ssm", "GetParameter"), parameters


def _key_of_parameter(cloud: Cloud, region: str, name: str) -> str | None:
    plain = name.partition(":parameter")[2] or name
    kept = cloud.backend("ssm", region)._parameters  # noqa: SLF001 - moto has no public view of it
    for candidate in (plain, plain.removeprefix("/")):
        if candidate in kept and kept[candidate][-1].parameter_type == "SecureString":
            return str(kept[candidate][-1].keyid or "") or None
    return None


def _decrypt(cloud: Cloud, call: Call, key_name: str | None, words: str) -> None:
    """AWS's own keys (``alias/aws/…``) admit the account; a customer's key asks its policy."""
    if not cloud.enforced or call.principal is None or not key_name or "alias/aws/" in key_name:
        return
    key = looking_up.key(cloud.backend, call.region, key_name)
    if key is None:
        raise ApiError("AccessDeniedException", words)
    context = {"kms:ViaService": f"{call.api}.{call.region}.amazonaws.com", "kms:CallerAccount": call.account}
    try:
        cloud.iam.authorize(call.principal, "kms:Decrypt", key.arn, context)
    except Denied as denied:
        raise ApiError("AccessDeniedException", words) from denied
