"""How hard the readers of task definitions are tried."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("soak", max_examples=10_000, deadline=None)
