"""From requirements to the exact requests: what is measured, and what is asked of ECS for that.

``targets`` says what to measure and why; ``requests`` writes the one task definition and one RunTask a
subnet.  Both are pure, so that a plan can be printed before anything starts.
"""

from __future__ import annotations

from probe.plan.calls import Restraint
from probe.plan.requests import Options, OversizedPlanError, build
from probe.plan.targets import host_target, targets

__all__ = ["Options", "OversizedPlanError", "Restraint", "build", "host_target", "targets"]
