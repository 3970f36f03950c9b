"""A service whose every secret, parameter and file holds a canary, read rightly and wrongly."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from probe.lab import world

CLUSTER, SERVICE = "prod", "checkout"
BUCKET = "checkout-settings"

CANARIES = {
    "whole": "Quaggy7Vexil4Wumpus9Zyzz",
    "key": "Brindled3Okapi8Fjord2Nyx",
    "beside the key": "Sphinx5Ocelot1Karst6Blip",
    "not json": "Gnomon4Tapir9Vulcan3Wisp",
    "binary": "Plinth8Axolotl2Zephyr5Qi",
    "number": "83647291056473829105",
    "user": "Kestrel6Mangrove1Tuffet9",
    "password": "Obelisk2Pangolin7Yurt4Xu",
    "parameter": "Dromedary1Fescue8Glyph3",
    "secure parameter": "Halcyon9Ibex4Jackdaw6Lux",
    "referenced": "Marzipan3Narwhal5Onyx1Pq",
    "file": "Rhubarb7Stoat2Umbra8Viz0",
    "long line": "Warthog4Xebec9Yttrium1Za",
    "firelens": "Crocus5Dipper3Ermine7Fop",
}
"""Twenty characters and more that are nothing's name."""

WINDOW = 8
"""Characters of a canary in a row that are no accident."""


def fragments(canary: str) -> Iterator[str]:
    """Every part of a canary that could be recognised: as it is, backwards, in base64, in hexadecimal."""
    forms = [canary, canary[::-1], canary.encode().hex(), quote(canary)]
    # Base64 looks different at each of three places in the text that surrounds it.
    forms += [base64.b64encode(b"\0" * at + canary.encode()).decode()[4:-4] for at in range(3)]
    for form in forms:
        yield from (form[start : start + WINDOW] for start in range(len(form) - WINDOW + 1))


def build(aws: Any) -> None:
    net = world.nat_vpc(aws, azs=1)
    secrets = {**_secrets(aws), **_parameters(aws)}
    _files(aws)
    container = {
        "secrets": [{"name": name, "valueFrom": reference} for name, reference in secrets.items()],
        "repositoryCredentials": {"credentialsParameter": _login(aws)},
        "environmentFiles": [
            {"value": f"arn:aws:s3:::{BUCKET}/{name}.env", "type": "s3"} for name in ("fits", "long")
        ],
        "firelensConfiguration": {
            "type": "fluentbit",
            "options": {"config-file-type": "s3", "config-file-value": f"arn:aws:s3:::{BUCKET}/extra.conf"},
        },
    }
    policy = world.execution_policy(also={"*": ("ssm:GetParameters", "s3:GetObject", "s3:ListBucket")})
    world.service(aws, net, policy=policy, container=container)


def _secrets(aws: Any) -> dict[str, str]:
    """References that can be injected, and one of each kind that cannot."""
    document = {
        "key": CANARIES["key"],
        "other": CANARIES["beside the key"],
        "number": int(CANARIES["number"]),
    }
    whole = _secret(aws, "whole", SecretString=CANARIES["whole"])
    keyed = _secret(aws, "keyed", SecretString=json.dumps(document))
    text = _secret(aws, "text", SecretString=CANARIES["not json"])
    binary = _secret(aws, "binary", SecretBinary=CANARIES["binary"].encode())
    return {
        "WHOLE": whole,
        "KEY": f"{keyed}:key::",
        "NUMBER": f"{keyed}:number::",
        "GONE": f"{keyed}:gone::",
        "NOT_JSON": f"{text}:key::",
        "BINARY": binary,
    }


def _secret(aws: Any, name: str, **value: Any) -> str:
    return str(aws.client("secretsmanager").create_secret(Name=f"checkout/{name}", **value)["ARN"])


def _login(aws: Any) -> str:
    value = {"username": CANARIES["user"], "password": CANARIES["password"]}
    return _secret(aws, "login", SecretString=json.dumps(value))


def _parameters(aws: Any) -> dict[str, str]:
    ssm = aws.client("ssm")
    ssm.put_parameter(Name="/checkout/plain", Value=CANARIES["parameter"], Type="String")
    ssm.put_parameter(Name="/checkout/secure", Value=CANARIES["secure parameter"], Type="SecureString")
    _secret(aws, "referenced", SecretString=CANARIES["referenced"])
    return {
        "PLAIN": "/checkout/plain",
        "SECURE": "/checkout/secure",
        "ABSENT": "/checkout/absent",
        "REFERENCED": "/aws/reference/secretsmanager/checkout/referenced",
    }


def _files(aws: Any) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="fits.env", Body=f"TOKEN={CANARIES['file']}\n".encode())
    s3.put_object(Bucket=BUCKET, Key="long.env", Body=f"LONG={CANARIES['long line'] * 4_000}\n".encode())
    s3.put_object(Bucket=BUCKET, Key="extra.conf", Body=f"[OUTPUT]\n  {CANARIES['firelens']}\n".encode())
