"""The operator's session: how long its clients wait, and what it refuses."""

from __future__ import annotations

import pytest

from probe.launch import sessions
from probe.launch.refused import RefusedError


def test_a_silent_service_is_not_waited_for_for_minutes() -> None:
    """A client without a configuration of its own has the session's patience."""
    client = sessions.open_session(profile=None, region="eu-north-1").client("logs")
    assert (10, 30) == (client.meta.config.connect_timeout, client.meta.config.read_timeout)


@pytest.mark.parametrize(
    ("profile", "region", "what"),
    [("nobody-s", "eu-north-1", "cannot use the profile"), (None, "moon-1", "unknown region moon-1")],
    ids=["profile", "region"],
)
def test_what_cannot_be_used_is_refused(profile: str | None, region: str, what: str) -> None:
    """A profile that is not there, and a region that is none."""
    with pytest.raises(RefusedError, match=what):
        sessions.open_session(profile=profile, region=region)
