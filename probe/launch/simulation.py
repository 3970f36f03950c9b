"""What IAM's own simulator says that the execution role may do, with the conditions of the start itself.

It knows the role's policies, its boundary and the service control policies; resource and endpoint policies it
does not.  https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from probe.evidence.controls import Key, Simulated
from probe.evidence.demands import DECRYPT, Demand, demands
from probe.evidence.snapshot import Denied
from probe.launch.attempts import attempt
from probe.model import Spec, Target

_RESOURCES = 20
"""Of one question: SimulatePrincipalPolicy answers a page for each hundred results."""


def read(
    session: Any, spec: Spec, targets: Iterable[Target], keys: Iterable[Key]
) -> tuple[Simulated, ...] | Denied:
    """The simulator's word on everything that the start asks for, the keys included."""
    role = str(spec.execution_role)
    decrypt = (Demand(service="kms", action=DECRYPT, resource=key.arn) for key in keys)
    asked = [*demands(spec, targets), *decrypt]
    return attempt(lambda: _simulated(session, spec, role, asked), "iam:SimulatePrincipalPolicy", role)


def _simulated(session: Any, spec: Spec, role: str, asked: list[Demand]) -> Iterator[Simulated]:
    pages = session.client("iam").get_paginator("simulate_principal_policy").paginate
    for action in dict.fromkeys(one.action for one in asked):
        resources = list(dict.fromkeys(one.resource for one in asked if one.action == action))
        about = {"PolicySourceArn": role, "ActionNames": [action], "ContextEntries": _context(spec, action)}
        for start in range(0, len(resources), _RESOURCES):
            for page in pages(**about, ResourceArns=resources[start : start + _RESOURCES]):
                yield from map(_result, page["EvaluationResults"])


def _result(result: dict[str, Any]) -> Simulated:
    return Simulated(
        action=result["EvalActionName"],
        resource=result["EvalResourceName"],
        decision=result["EvalDecision"],
        boundary=result.get("PermissionsBoundaryDecisionDetail", {}).get("AllowedByPermissionsBoundary"),
        organization=result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations"),
    )


def _context(spec: Spec, action: str) -> list[dict[str, Any]]:
    """What every call of the agent has; what only the way through the VPC decides is left out."""
    entries = [("aws:SecureTransport", "true", "boolean"), ("aws:RequestedRegion", spec.region, "string")]
    if action == DECRYPT:
        entries.append(("kms:CallerAccount", spec.account or "", "string"))
    return [
        {"ContextKeyName": name, "ContextKeyValues": [value], "ContextKeyType": kind}
        for name, value, kind in entries
    ]
