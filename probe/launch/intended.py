"""The exact requests that would make something, before any is sent: what ``--dry-run`` prints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from probe.diagnosis.case import Case
from probe.launch.carriers import making, role
from probe.launch.carrying import objection, order
from probe.launch.refused import RefusedError
from probe.launch.telling import Tell
from probe.launch.wishes import Carrier, Wish
from probe.model import Plan, Run, Spec


def requests(case: Case, plan: Plan, wish: Wish, tell: Tell) -> dict[str, Any]:
    """Operation to its request, or to its requests of one a subnet, in the order in which they are sent.

    Where no function would be made the reason is told.
    """
    probes = {"RegisterTaskDefinition": plan.definition, "RunTask": [run.request for run in plan.runs]}
    found = {} if wish.carrier is Carrier.FUNCTION else probes
    if wish.carrier is Carrier.FARGATE:
        return found
    functions = list(_functions(case, plan, wish, tell))
    made = role.requests(plan.run) if functions and wish.create_function_role else {}
    return {**found, **made, "CreateFunction": functions}


def _functions(case: Case, plan: Plan, wish: Wish, tell: Tell) -> Iterator[dict[str, Any]]:
    for run in plan.runs:
        because = objection(case, wish, run.subnet)
        try:
            if because is None:
                yield _function(case, plan, wish, run)
        except RefusedError as error:
            because = f"{error}; {error.advice}"
        if because is not None:
            tell(f"{run.subnet}: no function would measure here: {because}")


def _function(case: Case, plan: Plan, wish: Wish, run: Run) -> dict[str, Any]:
    """The request with the code by its file, as the AWS CLI takes it."""
    made = order(case, plan.run, wish, wish.function_role or _role(case.spec, plan.run))
    asked = making.request(made, run.work, making.name_of(plan.run, run.subnet))
    return {**asked, "Code": {"ZipFile": f"fileb://{made.package.place}"}}


def _role(spec: Spec, run: str) -> str:
    return f"arn:{spec.partition}:iam::{spec.account}:role/{role.name_of(run)}"
