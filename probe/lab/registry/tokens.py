"""ECR's authorization tokens: whoever asked for one pulls with the permissions it had."""

from __future__ import annotations

import base64
import binascii
import secrets
from datetime import UTC, datetime, timedelta

from probe.lab.iam.principals import Principal

LIFETIME = timedelta(hours=12)


class Tokens:
    """Tokens given out, and to whom; None stands for AWS itself."""

    def __init__(self) -> None:
        self._given: dict[str, tuple[Principal | None, datetime]] = {}

    def issue(self, principal: Principal | None) -> tuple[str, datetime]:
        """A new password for the user ``AWS``, and when it ends (UTC)."""
        password, ends = secrets.token_urlsafe(48), datetime.now(UTC) + LIFETIME
        self._given[password] = (principal, ends)
        return password, ends

    def holder(self, authorization: str) -> tuple[bool, Principal | None]:
        """Whether a Basic header holds a good token, and whose it is."""
        kind, _, text = authorization.partition(" ")
        try:
            user, _, password = base64.b64decode(text, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False, None
        principal, ends = self._given.get(password, (None, datetime.min.replace(tzinfo=UTC)))
        good = kind.lower() == "basic" and user == "AWS" and ends > datetime.now(UTC)
        return good, principal if good else None
