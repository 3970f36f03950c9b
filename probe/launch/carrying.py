"""How a function measures in a subnet, or why none does there."""

from __future__ import annotations

from threading import Event
from typing import Any

from probe.diagnosis.case import Case
from probe.launch import merging, package, witness
from probe.launch.carriers import function, making
from probe.launch.carriers.function import Answer
from probe.launch.carriers.role import Lent
from probe.launch.refused import RefusedError
from probe.launch.standby import Carry
from probe.launch.telling import Tell
from probe.launch.wishes import Wish
from probe.model import Plan

NO_ROLE = (
    "it has no role: name one that Lambda may take, with AWSLambdaVPCAccessExecutionRole, by "
    "--function-role, or have one made for this run with --create-function-role"
)


def carry(session: Any, case: Case, requests: Plan, wish: Wish, lent: Lent, tell: Tell) -> Carry:
    """What a subnet's function does, from its role to its answer, which is a line of progress."""
    works = {run.subnet: run.work for run in requests.runs}

    def answer(subnet: str, dismissed: Event) -> Answer:
        because = objection(case, wish, subnet)
        if because is not None:
            return Answer(subnet=subnet, because=because)
        try:
            made = order(case, requests.run, wish, wish.function_role or lent.arn())
        except RefusedError as error:
            return Answer(subnet=subnet, because=f"{error}; {error.advice}")
        return function.measured(session, made, works[subnet], dismissed, tell)

    def told(subnet: str, dismissed: Event) -> Answer:
        found = answer(subnet, dismissed)
        if not dismissed.is_set():
            tell(_line(found, case))
        return found

    return told


def objection(case: Case, wish: Wish, subnet: str) -> str | None:
    """Why no function is made in the subnet, as far as that is known without asking Lambda."""
    lacks = wish.function_role is None and not wish.create_function_role
    return witness.objection(case.spec, case.snapshot, subnet) or (NO_ROLE if lacks else None)


def order(case: Case, run: str, wish: Wish, arn: str) -> making.Order:
    """What the functions of a run have in common.  ``RefusedError`` without a package."""
    return making.Order(
        run=run,
        role=arn,
        is_new=wish.create_function_role,
        groups=case.spec.security_groups,
        package=package.load(),
    )


def _line(answer: Answer, case: Case) -> str:
    if answer.because is not None:
        return f"{answer.subnet}: no function measures here: {answer.because}"
    found = merging.broken(answer, case.targets)
    said = f"broken: {', '.join(found)}" if found else "everything needed answers, from DNS to HTTP"
    return f"{answer.subnet}: the function answered: {said}"
