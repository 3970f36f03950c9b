"""IAM's SimulatePrincipalPolicy, by the same evaluation that decides real calls.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call, Handler
from probe.lab.api.errors import ApiError
from probe.lab.iam import stored
from probe.lab.iam.actions import Asked
from probe.lab.iam.principals import Principal

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    def simulate(call: Call) -> Mapping[str, Any]:
        source = str(call.params["PolicySourceArn"])
        principal = _principal(cloud, source)
        if principal is None:
            raise ApiError("NoSuchEntity", f"The principal {source} cannot be found.", 404)
        context = _context(call)
        results = [
            _result(cloud, principal, Asked(action, resource), context)
            for action in call.params.get("ActionNames") or ()
            for resource in call.params.get("ResourceArns") or ["*"]
        ]
        return {"EvaluationResults": results, "IsTruncated": False}

    yield ("iam", "SimulatePrincipalPolicy"), simulate


def _principal(cloud: Cloud, arn: str) -> Principal | None:
    found = stored.session_principal(cloud.backend, arn, "simulation")
    if found is not None:
        return found
    users = cloud.backend("iam").users.values()
    return next(
        (Principal(arn, cloud.account, each.name, arn, each.id) for each in users if each.arn == arn), None
    )


def _context(call: Call) -> dict[str, str]:
    entries = call.params.get("ContextEntries") or ()
    return {entry["ContextKeyName"]: ",".join(entry.get("ContextKeyValues") or ()) for entry in entries}


def _result(
    cloud: Cloud, principal: Principal, asking: Asked, context: Mapping[str, str]
) -> Mapping[str, Any]:
    decision = cloud.iam.simulate(principal, asking, context)
    explicit = decision.clause.startswith("with")
    verdict = "allowed" if decision.allowed else "explicitDeny" if explicit else "implicitDeny"
    return {
        "EvalActionName": asking.action,
        "EvalResourceName": asking.resource,
        "EvalDecision": verdict,
        "MatchedStatements": [],
        "MissingContextValues": [],
        "PermissionsBoundaryDecisionDetail": {
            "AllowedByPermissionsBoundary": "boundary" not in decision.clause
        },
    }
