"""Keys: whose they are, whether they still hold, and new ones for a role's session."""

from __future__ import annotations

import re
import secrets
import string
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from probe.lab.iam.principals import Credentials
from probe.lab.wire import Request

LIFETIME = timedelta(hours=6)
"""How long a task role's keys hold on ECS."""

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_OLD = re.compile(r"AWS ([A-Z0-9]+):")


@dataclass(frozen=True)
class Signature:
    """What a request says of its signer: the key, the session's token, the region and service."""

    access_key: str
    token: str
    region: str
    service: str


def signature(request: Request) -> Signature | None:
    """The signature of a request (header or presigned URL), or None for an unsigned one."""
    header = request.headers.get("authorization", "")
    found = _CREDENTIAL.search(header)
    if found:
        return Signature(found[1], request.headers.get("x-amz-security-token", ""), found[2], found[3])
    query = request.query
    if "X-Amz-Credential" in query:
        key, _, region, service, *_ = [*query["X-Amz-Credential"].split("/"), "", "", "", ""]
        return Signature(key, query.get("X-Amz-Security-Token", ""), region, service)
    old = _OLD.match(header)
    return Signature(old[1], "", "", "") if old else None


def issue(role_arn: str, session: str) -> Credentials:
    """New temporary keys for a session of a role."""
    letters = string.ascii_uppercase + "234567"
    key = "ASIA" + "".join(secrets.choice(letters) for _ in range(16))
    return Credentials(
        key,
        secrets.token_urlsafe(30),
        secrets.token_urlsafe(120),
        datetime.now(UTC) + LIFETIME,
        role_arn,
        session,
    )
