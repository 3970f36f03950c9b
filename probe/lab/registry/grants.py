"""Who may pull what from a registry outside AWS: logins, and the tokens that its token server gives out."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Mapping

from probe.lab.faults import Faults
from probe.lab.registry.hubs import Hub
from probe.lab.wire import Answer, Request

Login = tuple[str, str]
"""User and password."""


class Grants:
    """Answers by what the scenario made private: a registry, or what its repositories begin with."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._given: dict[str, tuple[str, Login | None]] = {}

    def wanted(self, hub: Hub, repository: str) -> Login | None:
        """The login that a repository wants; None where everybody may pull."""
        whole = f"{hub.name}/{repository}"
        found = [one for one in self._faults.private if f"{whole}/".startswith(f"{one.rstrip('/')}/")]
        return self._faults.private[max(found, key=len)] if found else None

    def is_shut(self, request: Request, hub: Hub) -> bool:
        """Whether a registry's root wants to know who asks: with a token server always, else if private."""
        header, logins = request.headers.get("authorization", ""), self._logins(hub)
        if hub.realm:
            return not self.is_known(request)
        return bool(logins) and _login(header) not in logins

    def token(self, request: Request, hub: Hub) -> Answer:
        """The token server's answer: a token for what was asked, whether or not it opens it."""
        login = _login(request.headers.get("authorization", ""))
        if login is not None and login not in self._logins(hub):
            return _json(401, {"details": "incorrect username or password"})
        token = secrets.token_urlsafe(48)
        self._given[token] = (request.query.get("scope", ""), login)
        return _json(200, {"token": token, "access_token": token, "expires_in": 300})

    def admits(self, request: Request, hub: Hub, repository: str) -> bool:
        """Whether a request's authorization opens a repository, whether or not that exists."""
        wanted, header = self.wanted(hub, repository), request.headers.get("authorization", "")
        if not hub.realm:
            return wanted is None or _login(header) == wanted
        scope, login = self._given.get(header.partition(" ")[2], ("", None))
        asked = scope.split(":")[1:2] == [repository] and scope.endswith("pull")
        return asked and wanted in (None, login)

    def is_known(self, request: Request) -> bool:
        """Whether a request carries a token that was given out."""
        return request.headers.get("authorization", "").partition(" ")[2] in self._given

    def _logins(self, hub: Hub) -> set[Login]:
        return {
            login for name, login in self._faults.private.items() if f"{name}/".startswith(f"{hub.name}/")
        }


def challenge(hub: Hub, repository: str, error: str = "") -> str:
    """The ``WWW-Authenticate`` of a registry that wants to know who asks."""
    if not hub.realm:
        return 'Basic realm="Registry Realm"'
    scope = f',scope="repository:{repository}:pull"' if repository else ""
    said = f',error="{error}"' if error else ""
    return f'Bearer realm="{hub.realm}",service="{hub.service}"{scope}{said}'


def _login(header: str) -> Login | None:
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password


def _json(status: int, document: Mapping[str, object]) -> Answer:
    return Answer(status, {"content-type": "application/json"}, json.dumps(document).encode())
