"""Starts that end before anything is dialled: interface, capacity, role."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from probe.diagnosis.amendments import listed
from probe.diagnosis.case import Case, is_silent
from probe.diagnosis.clues import Clue, Clues, Rule, nothing, says
from probe.diagnosis.commands import aws, document
from probe.diagnosis.reach import subnet_of
from probe.diagnosis.roles import ASSUME, TASKS, TRUST, role_made
from probe.evidence.controls import RoleSummary
from probe.evidence.flows import Verdict
from probe.evidence.policies import admits
from probe.evidence.snapshot import read
from probe.model import Confidence, Road
from probe.stopped import Cause, Stage, StopReason, decode

UNPROBED = frozenset({"efs-access-denied", "role-not-assumable"})
"""What the probe does not try itself, or not of every role: no measurement replaces what ECS said of it."""


def clues(case: Case) -> Iterator[Clue]:
    """What the ends of the probe's tasks say; where nothing does, what those of the service's tasks do."""
    for outcome in case.outcomes:
        if outcome.stop_reason and not outcome.complete:
            yield from _told(_ended(case, outcome.subnet, outcome.stop_reason), Confidence.CORROBORATED)
    for stop in case.spec.stops:
        told = _told(_ended(case, "", stop.reason), Confidence.INFERRED)
        yield from told if is_silent(case) else _kept(case, told)


def _kept(case: Case, told: Iterator[Clue]) -> Iterator[Clue]:
    """What no probe tried; a stop reason names no subnet, so it holds in all of them."""
    unprobed = (clue for clue in told if clue.code in UNPROBED and not _is_tried(case, clue))
    yield from (msgspec.structs.replace(clue, subnet=one) for clue in unprobed for one in case.spec.subnets)


def _is_tried(case: Case, clue: Clue) -> bool:
    """Whether the probe's own start says more: it takes the execution role alone, and a task role changes."""
    if clue.code != "role-not-assumable":
        return False
    role = clue.subject
    known = _known(case, role)
    trust = known.trust if known is not None else None
    mended = trust is not None and admits(trust, ASSUME, role, TASKS).verdict is Verdict.ALLOWS
    return mended or role != case.spec.task_role or role == case.spec.execution_role


def _told(clues: Iterator[Clue], level: Confidence) -> Iterator[Clue]:
    """A probe's own end is a measurement, though a short one; a past task's is a hypothesis."""
    return (msgspec.structs.replace(clue, level=level, road=Road.STOP_REASON) for clue in clues)


def _ended(case: Case, subnet: str, reason: str) -> Iterator[Clue]:
    said = decode(reason)
    match said.stage:
        case Stage.ROLE_ASSUMPTION:
            yield _unassumed(case, subnet, said)
        case Stage.ENI:
            yield from _interface(case, subnet, said)
        case Stage.SCHEDULER:
            yield from _placement(case, subnet, said)
        case Stage.VOLUME if Cause.IAM in said.causes:
            # A file system's policy knows no subnets: it refuses the task in each.
            everywhere = (subnet,) if subnet else case.spec.subnets
            yield from (_clue("efs-access-denied", _file_system(said), one, said) for one in everywhere)
        case _:
            return


def _clue(code: str, subject: str, subnet: str, said: StopReason) -> Clue:
    return Clue(code=code, subject=subject, subnet=subnet, said=(f"ECS says: {said.text}",))


def _unassumed(case: Case, subnet: str, said: StopReason) -> Clue:
    """The role, with what IAM shows of it: that it is gone, or whom its trust policy admits."""
    role = said.resource or case.spec.execution_role or "role"
    clue = _clue("role-not-assumable", role, subnet, said)
    known = _known(case, role)
    if known is None:
        return clue
    shown = f"{role} does not exist"
    if known.exists:
        named = "names" if TASKS in (known.trust or "") else "does not name"
        under = ", under conditions" if '"Condition"' in (known.trust or "") else ""
        shown = f"the trust policy of {role} {named} {TASKS}{under}"
    detail = {"exists": str(known.exists)}
    return msgspec.structs.replace(clue, said=(*clue.said, shown), detail=detail)


def _known(case: Case, role: str) -> RoleSummary | None:
    return next((one for one in read(case.snapshot.roles) if one.arn == role), None)


def _interface(case: Case, subnet: str, said: StopReason) -> Iterator[Clue]:
    """The ENI did not come up: because the subnet is full, where it says so or where it is."""
    for one in (subnet,) if subnet else case.spec.subnets:
        known = subnet_of(case, one)
        full = known is not None and known.free_addresses == 0
        if not full and not subnet and len(case.spec.subnets) > 1:
            continue
        told = "insufficientfreeaddresses" in said.text.casefold().replace(" ", "")
        code = "subnet-out-of-addresses" if full or told else "network-interface-not-provisioned"
        yield _clue(code, one, one, said)


def _placement(case: Case, subnet: str, said: StopReason) -> Iterator[Clue]:
    heard = said.text.casefold()
    provider = case.spec.capacity_providers[0] if case.spec.capacity_providers else case.spec.cluster
    if "vcpu" in heard or "limit on the number" in heard:
        yield _clue("vcpu-quota-reached", "L-3032A538", subnet, said)
    elif "capacity" in heard or Cause.QUOTA in said.causes:
        clue = _clue("capacity-unavailable", provider.rpartition("/")[2], subnet, said)
        yield msgspec.structs.replace(clue, detail={"cause": said.causes[0].value})


def _file_system(said: StopReason) -> str:
    return next(
        (word for word in (said.host or "").split(".") if word.startswith("fs-")), said.resource or "efs"
    )


def _assume_why(_: Case, clues: Clues) -> str:
    return (
        f"ECS was unable to assume {clues[0].subject}: its trust policy does not admit {TASKS} for this "
        f"task, or the role is gone."
    )


def _assume_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    """The trust policy with one more statement: whom it admits already, it still admits."""
    role = clues[0].subject
    if ":role/" not in role or clues[0].detail.get("exists") == "False":
        return ()
    known = _known(case, role)
    trusted = listed(known.trust) if known is not None and known.trust else []
    trust = document(*trusted, TRUST)
    name = role.rpartition("/")[2]
    return (aws("iam", "update-assume-role-policy", role_name=name, policy_document=trust),)


def _capacity_why(case: Case, clues: Clues) -> str:
    subject, cause = clues[0].subject, clues[0].detail.get("cause")
    if cause in {Cause.CONFIG, Cause.IAM}:
        cluster = case.spec.cluster.rpartition("/")[2]
        return (
            f"ECS refuses to place tasks through {subject}: the cluster {cluster} does not offer it, or it "
            "may not do what it has to; ECS's words say which. Associate it with the cluster, or give the "
            "service another strategy."
        )
    return f"AWS has no capacity for the task now, as {subject} asks for it. Other zones or later may have."


def _quota_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    quota = aws(
        "service-quotas",
        "get-service-quota",
        case.spec.region,
        service_code="fargate",
        quota_code=clues[0].subject,
    )
    return (quota,)


RULES = (
    Rule(
        "execution-role-missing",
        "There is no execution role",
        says("{subject} names no execution role, and on Fargate the agent acts with that role alone."),
        role_made,
    ),
    Rule("role-not-assumable", "ECS cannot assume the role", _assume_why, _assume_fix),
    Rule(
        "network-interface-not-provisioned",
        "The network interface did not come up",
        says("The task's network interface did not come up in {subject}, which still has addresses."),
        nothing,
    ),
    Rule(
        "subnet-out-of-addresses",
        "The subnet has no free address",
        says(
            "{subject} has no free address, and every task takes one. Free some, or give the service "
            "another subnet; a subnet's block cannot grow."
        ),
        nothing,
    ),
    Rule(
        "capacity-unavailable",
        "There is no capacity",
        _capacity_why,
        nothing,
    ),
    Rule(
        "vcpu-quota-reached",
        "The vCPU quota is reached",
        says(
            "The account's quota of Fargate vCPUs in this region is used up. Ask for more, or run fewer "
            "tasks."
        ),
        _quota_fix,
    ),
)
