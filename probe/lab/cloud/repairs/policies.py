"""Policies without a version, or of the older one, which IAM takes and moto refuses.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probe.lab.cloud.repairs.replacing import replace


def install() -> None:
    """Mend moto, once a process."""
    from moto.iam import policy_validation

    replace(policy_validation.BaseIAMPolicyValidator, "_validate_version", _any)


def _any(_: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *_: None
