"""What every value of the program is."""

from __future__ import annotations

from typing import dataclass_transform

import msgspec


@dataclass_transform(frozen_default=True, field_specifiers=(msgspec.field,))
class Noun(msgspec.Struct, frozen=True):
    """What every value of the program is: immutable, compared by content, written as JSON."""
