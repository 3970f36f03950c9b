"""What a request brings besides its template: parameters, and what its caller acknowledges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from probe.lab.api.errors import ApiError
from probe.lab.cloudformation.templates import Template

_NAMED = {"RoleName", "UserName", "GroupName", "ManagedPolicyName"}


def needed_capabilities(template: Template) -> list[str]:
    """What a caller must acknowledge: identities that are made, by name or by whatever name."""
    made = [one for one in template.described if one["Type"].startswith("AWS::IAM::")]
    named = any(_NAMED & set(one.get("Properties") or {}) for one in made)
    return ["CAPABILITY_NAMED_IAM"] if named else ["CAPABILITY_IAM"] if made else []


def acknowledged(asked: Mapping[str, Any], template: Template) -> None:
    """Raise what CloudFormation answers to who makes identities without saying so."""
    needed, said = needed_capabilities(template), set(asked.get("Capabilities") or ())
    if needed and not said & {*needed, "CAPABILITY_NAMED_IAM"}:
        words = f"Requires capabilities : [{', '.join(needed)}]"
        raise ApiError("InsufficientCapabilitiesException", words)


def given(asked: Mapping[str, Any], before: Mapping[str, str] | None = None) -> dict[str, str]:
    """A request's parameters; some may be as they were."""
    return {
        one["ParameterKey"]: (before or {})[one["ParameterKey"]]
        if one.get("UsePreviousValue")
        else one.get("ParameterValue", "")
        for one in asked.get("Parameters") or ()
    }
