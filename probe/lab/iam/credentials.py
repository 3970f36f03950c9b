"""New keys for a role's session."""

from __future__ import annotations

import secrets
import string
from datetime import UTC, datetime, timedelta

from probe.lab.iam.principals import Credentials

LIFETIME = timedelta(hours=6)
"""How long a task role's keys hold on ECS."""


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
