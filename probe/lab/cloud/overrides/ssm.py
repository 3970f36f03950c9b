"""Parameters that are encrypted, and those that stand for a secret of Secrets Manager.

https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call, Handler
from probe.lab.api.errors import ApiError
from probe.lab.cloud.overrides.encryption import decrypt_parameter, decrypt_secret, key_of_secret
from probe.lab.iam import Denied, looking_up

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_REFERENCE = "/aws/reference/secretsmanager/"
_MOST = 10
"""Names of one GetParameters."""

_MUST_DECRYPT = "WithDecryption flag must be True for retrieving a Secret Manager secret."


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    def parameters(call: Call) -> Mapping[str, Any]:
        names = [str(name) for name in call.params.get("Names") or ()]
        secrets = {name: _secret(cloud, call, name) for name in names if _REFERENCE in name}
        kept = [name for name in names if name not in secrets]
        _decrypt(cloud, call, kept)
        answer = _asked(cloud, call, kept) if len(names) <= _MOST else call.forward()
        found = [_standing_for(name, secret) for name, secret in secrets.items() if secret is not None]
        absent = [name for name, secret in secrets.items() if secret is None]
        return {
            "Parameters": [*answer["Parameters"], *found],
            "InvalidParameters": [*answer["InvalidParameters"], *absent],
        }

    def parameter(call: Call) -> Mapping[str, Any]:
        _decrypt(cloud, call, [str(call.params.get("Name"))])
        return call.forward()

    yield ("ssm", "GetParameters"), parameters
    yield ("ssm", "GetParameter"), parameter


def _secret(cloud: Cloud, call: Call, name: str) -> Any:
    """The secret behind a reference, to which the caller needs its permissions too; None where none is.

    Versions and labels cannot be selected through a reference: one with any is a parameter that is not there.
    """
    if not call.params.get("WithDecryption"):
        raise ApiError("ValidationException", _MUST_DECRYPT)
    secret = looking_up.secret(cloud.backend, call.region, name.partition(_REFERENCE)[2])
    if secret is None or secret.is_deleted():
        return None
    if cloud.enforced and call.principal is not None:
        try:
            cloud.iam.authorize(call.principal, "secretsmanager:GetSecretValue", secret.arn)
        except Denied as denied:
            raise ApiError("AccessDeniedException", str(denied)) from denied
    decrypt_secret(cloud, call, key_of_secret(secret), secret.arn)
    return secret


def _standing_for(name: str, secret: Any) -> dict[str, Any]:
    """A secret as a parameter, by the name that was asked for; moto calls it by the secret's."""
    kept = secret.versions[secret.default_version_id]
    return {
        "Name": f"{_REFERENCE}{name.partition(_REFERENCE)[2]}",
        "Type": "SecureString",
        "Value": kept.get("secret_string"),
        "Version": 0,
        "ARN": secret.arn,
    }


def _asked(cloud: Cloud, call: Call, names: list[str]) -> dict[str, Any]:
    """What moto keeps of the names, each with the version or label of its name, which moto leaves out."""
    decrypted = bool(call.params.get("WithDecryption"))
    with cloud.lock:
        found = cloud.backend("ssm", call.region).get_parameters(names)
        shown = {name: one.response_object(decrypted, call.region) for name, one in found.items()}
    return {
        "Parameters": [one | _selector(name) for name, one in shown.items()],
        "InvalidParameters": [name for name in names if name not in found],
    }


def _selector(name: str) -> dict[str, str]:
    selector = (name.partition(":parameter")[2] or name).partition(":")[2]
    return {"Selector": f":{selector}"} if selector else {}


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
