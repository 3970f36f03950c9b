"""From requirements to the exact requests: what is measured, and what is asked of ECS for that.

``targets`` says what to measure and why; ``requests`` writes the one task definition and one RunTask a
subnet.  Both are pure, so that a plan can be printed before anything starts.
"""

from __future__ import annotations

from probe.plan.calls import Restraint
from probe.plan.hosts import Proxies, blocked_target, host_target, proxies_of
from probe.plan.requests import Options, OversizedPlanError, build
from probe.plan.targets import targets, together

__all__ = [
    "Options",
    "OversizedPlanError",
    "Proxies",
    "Restraint",
    "blocked_target",
    "build",
    "host_target",
    "proxies_of",
    "targets",
    "together",
]
