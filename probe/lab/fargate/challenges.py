"""What a registry that is not ECR's asks before it answers, and how containerd gets past it.

Without an authorization first; then Basic with the definition's credentials, or a token of the server that
the challenge names.  The words are containerd's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import urlencode

from probe.lab.fargate import stops
from probe.lab.fargate.dial import Line, Request, Response, TransportError, fetch, phrase

_PARAMETER = re.compile(r'(\w+)="([^"]*)"')
_DENIED = "pull access denied, repository does not exist or may require authorization"


def authorization(line: Line, image: str, repository: str, refusal: Response, login: str) -> str:
    """The header that answers a 401.  ``login`` is a Basic one, or empty.  Raises StartError."""
    scheme, _, rest = refusal.headers.get("www-authenticate", "").partition(" ")
    if scheme.lower() == "bearer":
        return _token(line, image, repository, dict(_PARAMETER.findall(rest)), login)
    if not login:
        raise denied(image, refusal)
    return login


def denied(image: str, refusal: Response) -> stops.StartError:
    """The stop reason of a registry that refuses for good."""
    asked = dict(_PARAMETER.findall(refusal.headers.get("www-authenticate", "")))
    said = f"server message: {asked['error']}: " if "error" in asked else ""
    why = "authorization failed" if said else "authorization failed: no basic auth credentials"
    return stops.manifest(f"failed to resolve ref {image}: {_DENIED}: {said}{why}", 1)


def _token(line: Line, image: str, repository: str, asked: Mapping[str, str], login: str) -> str:
    query = {"scope": f"repository:{repository}:pull", "service": asked.get("service", "")}
    url = f"{asked.get('realm', '')}?{urlencode(query)}"
    what = f"failed to resolve ref {image}: failed to authorize: failed to fetch " + (
        "oauth token" if login else "anonymous token"
    )
    headers = {"Authorization": login} if login else {}
    try:
        answer = fetch(line, Request(method="GET", url=url, headers=headers))
    except TransportError as error:
        raise stops.manifest(f'{what}: Get "{url}": {error}', line.tries) from None
    if answer.status != 200:  # noqa: PLR2004 - HTTP's OK
        status = f"{answer.status} {phrase(answer.status)}"
        raise stops.manifest(f"{what}: unexpected status from GET request to {url}: {status}", 1)
    given = json.loads(answer.body)
    return f"Bearer {given.get('token') or given.get('access_token')}"
