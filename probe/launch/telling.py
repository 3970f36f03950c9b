"""Progress: what is going on, and what could not be read and is not decisive."""

from __future__ import annotations

from collections.abc import Callable

Tell = Callable[[str], None]
"""Hears one line for people; several threads may tell at once."""
