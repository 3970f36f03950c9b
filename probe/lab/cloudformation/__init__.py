"""CloudFormation, as far as a template describes what a task's start meets.

Not moto's: that makes half of a network's properties and none of what the lab adds to ECS.  Here every
resource is made by the API's own call, so that a stack is what the same calls would have made.
"""

from __future__ import annotations

from probe.lab.cloudformation.actions import handlers

__all__ = ["handlers"]
