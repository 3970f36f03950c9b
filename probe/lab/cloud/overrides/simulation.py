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
from probe.lab.iam.evaluation import Policies, Statements, decide
from probe.lab.iam.policies import Question, Statement
from probe.lab.iam.principals import Principal
from probe.lab.iam.wildcards import Context

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_PAGE = 100
"""Results of one answer where MaxItems does not say."""

_UNREAD = (
    "PolicyInputList",
    "PermissionsBoundaryPolicyInputList",
    "ResourcePolicy",
    "ResourceHandlingOption",
)


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    def simulate(call: Call) -> Mapping[str, Any]:
        unread = [name for name in _UNREAD if call.params.get(name)]
        if unread:
            raise ApiError("NotImplemented", f"the lab lacks this: a simulation with {unread[0]}", 501)
        source = str(call.params["PolicySourceArn"])
        principal = _principal(cloud, source)
        if principal is None:
            raise ApiError("NoSuchEntity", f"The principal {source} cannot be found.", 404)
        asked = [
            Asked(action, resource)
            for action in call.params.get("ActionNames") or ()
            for resource in call.params.get("ResourceArns") or ["*"]
        ]
        first = int(call.params.get("Marker") or 0)
        last = first + int(call.params.get("MaxItems") or _PAGE)
        results = [_result(cloud, principal, each, _context(call)) for each in asked[first:last]]
        more = {"Marker": str(last)} if last < len(asked) else {}
        return {"EvaluationResults": results, "IsTruncated": bool(more), **more}

    yield ("iam", "SimulatePrincipalPolicy"), simulate


def _principal(cloud: Cloud, arn: str) -> Principal | None:
    with cloud.lock:
        found = stored.session_principal(cloud.backend, arn, "simulation")
        if found is not None:
            return found
        users = cloud.backend("iam").users.values()
        return next(
            (Principal(arn, cloud.account, each.name, arn, each.id) for each in users if each.arn == arn),
            None,
        )


def _context(call: Call) -> dict[str, str | tuple[str, ...]]:
    entries = call.params.get("ContextEntries") or ()
    values = {each["ContextKeyName"]: tuple(each.get("ContextKeyValues") or ()) for each in entries}
    return {name: given[0] if len(given) == 1 else given for name, given in values.items()}


def _result(cloud: Cloud, principal: Principal, asking: Asked, keys: Context) -> Mapping[str, Any]:
    question, own, decision = cloud.iam.simulate(principal, asking, keys)
    denied = "explicitDeny" if decision.explicit else "implicitDeny"
    limited = {
        "PermissionsBoundaryDecisionDetail": {
            "AllowedByPermissionsBoundary": _passes(question, own.boundary or ())
        }
    }
    organized = {"AllowedByOrganizations": all(_passes(question, level) for level in own.service_control)}
    return {
        "EvalActionName": asking.action,
        "EvalResourceName": asking.resource,
        "EvalDecision": "allowed" if decision.allowed else denied,
        "MatchedStatements": [_matched(each) for each in own.identity if each.covers(question)],
        "MissingContextValues": sorted(_missing(question, (*own.identity, *(own.boundary or ())))),
        **(limited if own.boundary is not None else {}),
        **({"OrganizationsDecisionDetail": organized} if own.service_control else {}),
    }


def _passes(question: Question, statements: Statements) -> bool:
    """Whether one kind of policy alone would let it pass."""
    return decide(question, Policies(identity=statements)).allowed


def _matched(statement: Statement) -> Mapping[str, str]:
    kind = "IAM Policy" if statement.source else "Role"
    return {"SourcePolicyId": statement.source.rpartition("/")[2] or "inline", "SourcePolicyType": kind}


def _missing(question: Question, statements: Statements) -> set[str]:
    """The condition keys that the policies ask for and the question does not bring."""
    known = {name.lower() for name in question.context}
    conditions = (keys for each in statements for keys in each.condition.values())
    return {name for keys in conditions for name in keys if name.lower() not in known}
