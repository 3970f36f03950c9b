"""What runs that were killed left in an account, found by their tag and taken away.

Everything that a run makes has the tag ``run-probe``; the name's prefix is only the cheap index.  Log
streams cannot have tags, and Lambda's interfaces have none: these are known by the names a run gives.
"""

from __future__ import annotations

from probe.launch.leftovers.sweep import sweep
from probe.launch.leftovers.things import Fate, Line, Scope

__all__ = ["Fate", "Line", "Scope", "sweep"]
