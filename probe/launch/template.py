"""The probe's task definition as it is kept in the repository, ``taskdef.json``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

_HERE = Path(__file__).resolve()
_PLACES = (_HERE.parents[1] / "taskdef.json", _HERE.parents[2] / "taskdef.json")
"""Beside the installed package's modules, or at the top of a checkout."""


def load() -> dict[str, Any]:
    """The parsed template."""
    found = next(place for place in _PLACES if place.is_file())
    return msgspec.json.decode(found.read_bytes(), type=dict[str, Any])
