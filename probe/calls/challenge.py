"""What a registry that is not ECR's wants before it answers: nothing, Basic, or a token of its own making.

The challenge is asked for at the API's root, as the agent's runtime does, and the token where it says.
"""

from __future__ import annotations

import base64
import re
from typing import Any
from urllib.parse import urlencode

import msgspec

from probe import forms, references
from probe.calls import secretsmanager
from probe.calls.transfer import Registry, accepted, ask, visit
from probe.failures import UnusableAnswerError
from probe.model import Call, Kind, Target
from probe.vantage import Facts, Vantage

_UNAUTHORIZED = 401
_PARAMETER = re.compile(r'(\w+)="([^"]*)"')


class Grant(msgspec.Struct):
    """A token server's answer; either name is in use."""

    token: str = ""
    access_token: str = ""


def authorization(
    registry: Registry, repository: str, login: str | None, vantage: Vantage, facts: Facts
) -> str | None:
    """The header that lets this repository be pulled, if one is needed.  ``login`` is ``USER:PASSWORD``.

    Raises ``UnusableAnswerError`` where the registry wants what nobody has, or its token server refuses.
    """
    basic = f"Basic {base64.b64encode(login.encode()).decode()}" if login else None
    answer = ask(registry, "/v2/", {}, vantage)
    scheme, _, rest = answer.headers.get("www-authenticate", "").partition(" ")
    if answer.status != _UNAUTHORIZED:
        return basic
    if scheme.lower() == "bearer":
        return _token(dict(_PARAMETER.findall(rest)), repository, basic, vantage, facts)
    if basic is None:
        words = f"{registry.host} wants credentials, and the definition names none"
        raise UnusableAnswerError(Kind.ACCESS_DENIED, words, "401", registry.host)
    return basic


def login(call: Call, target: Target, vantage: Vantage) -> str | None:
    """``USER:PASSWORD`` from the secret of ``repositoryCredentials``; nothing where there is none."""
    written = call.arguments.get("credentials")
    if not written:
        return None
    region = references.arn(written).region if written.startswith("arn:") else target.region
    client: Any = vantage.client("secretsmanager", region)
    return secretsmanager.login(client, written)


def _token(asked: dict[str, str], repository: str, basic: str | None, vantage: Vantage, facts: Facts) -> str:
    query = {"scope": f"repository:{repository}:pull"}
    query |= {"service": asked["service"]} if "service" in asked else {}
    if "realm" not in asked:
        raise UnusableAnswerError(Kind.NOT_THE_SERVICE, "the challenge names no token server", "challenge")
    headers = {"Authorization": basic} if basic else {}
    url = f"{asked['realm']}?{urlencode(query)}"
    answer = visit(url, headers, vantage, facts, "token_server")
    server = str(facts["token_server"])
    try:
        grant = forms.read(accepted(answer, server), Grant)
    except ValueError:  # msgspec's own, and Python's where the bytes are no UTF-8
        words = f"{server} granted nothing that can be read"
        raise UnusableAnswerError(Kind.NOT_THE_SERVICE, words, "token") from None
    facts["granted"] = "pull"
    return f"Bearer {grant.token or grant.access_token}"
