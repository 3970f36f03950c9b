"""Parameters that are encrypted, and those that stand for a secret of Secrets Manager.

https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call, Handler
from probe.lab.api.errors import ApiError
from probe.lab.cloud.overrides.encryption import decrypt_parameter, decrypt_secret
from probe.lab.iam import Denied, looking_up

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_REFERENCE = "/aws/reference/secretsmanager/"
_MUST_DECRYPT = "WithDecryption flag must be True for retrieving a Secret Manager secret."


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    def parameters(call: Call) -> Mapping[str, Any]:
        names = [str(name) for name in call.params.get("Names") or ()]
        absent = [name for name in names if _REFERENCE in name and not _stands_for_secret(cloud, call, name)]
        kept = [name for name in names if name not in absent]
        _decrypt(cloud, call, kept)
        answer = call.forward() if not absent else _without(cloud, call, kept)
        return {**answer, "InvalidParameters": [*answer.get("InvalidParameters", ()), *absent]}

    def parameter(call: Call) -> Mapping[str, Any]:
        _decrypt(cloud, call, [str(call.params.get("Name"))])
        return call.forward()

    yield ("ssm", "GetParameters"), parameters
    yield ("ssm", "GetParameter"), parameter


def _stands_for_secret(cloud: Cloud, call: Call, name: str) -> bool:
    """Whether a secret lies behind a reference, to which the caller needs its permissions too.

    Versions and labels cannot be selected through a reference: one with any is a parameter that is not there.
    """
    if not call.params.get("WithDecryption"):
        raise ApiError("ValidationException", _MUST_DECRYPT)
    secret = looking_up.secret(cloud.backend, call.region, name.partition(_REFERENCE)[2])
    if secret is None or secret.is_deleted():
        return False
    if cloud.enforced and call.principal is not None:
        try:
            cloud.iam.authorize(call.principal, "secretsmanager:GetSecretValue", secret.arn)
        except Denied as denied:
            raise ApiError("AccessDeniedException", str(denied)) from denied
    decrypt_secret(cloud, call, secret.kms_key_id, secret.arn)
    return True


def _without(cloud: Cloud, call: Call, names: list[str]) -> dict[str, Any]:
    """Moto's answer about the names that it knows: it fails over a reference to no secret."""
    if not names:
        return {"Parameters": []}
    decrypted = bool(call.params.get("WithDecryption"))
    answer = cloud.client("ssm", call.region).get_parameters(Names=names, WithDecryption=decrypted)
    return {key: answer[key] for key in ("Parameters", "InvalidParameters")}


def _decrypt(cloud: Cloud, call: Call, names: list[str]) -> None:
    if call.params.get("WithDecryption"):
        for name in names:
            plain = (name.partition(":parameter")[2] or name).partition(":")[0].removeprefix("/")
            arn = f"arn:aws:ssm:{call.region}:{call.account}:parameter/{plain}"
            decrypt_parameter(cloud, call, _key_of(cloud, call.region, name), arn)


def _key_of(cloud: Cloud, region: str, name: str) -> str | None:
    plain = (name.partition(":parameter")[2] or name).partition(":")[0]
    kept = cloud.backend("ssm", region)._parameters  # noqa: SLF001 - moto has no public view of it
    for candidate in (plain, plain.removeprefix("/")):
        if candidate in dict.keys(kept) and kept[candidate][-1].parameter_type == "SecureString":
            return str(kept[candidate][-1].keyid or "") or None
    return None
