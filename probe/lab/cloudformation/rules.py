"""A template's rules: what it asserts of its parameters before anything is made.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from probe.lab.cloudformation.intrinsics import Scope, resolve
from probe.lab.cloudformation.templates import invalid


def check(rules: Mapping[str, Any], scope: Scope) -> None:
    """Raise ApiError for the first assertion that does not hold."""
    for rule in rules.values():
        if "RuleCondition" in rule and not resolve(rule["RuleCondition"], scope):
            continue
        for assertion in rule.get("Assertions") or ():
            if not resolve(assertion["Assert"], scope):
                said = assertion.get("AssertDescription", "an assertion does not hold")
                raise invalid(f"Template error: Rule failed: {said}")
