"""Logs and storage: the group, the options, the destination, the file system."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import msgspec

from probe.diagnosis import groups
from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clue, Clues, Rule, Symptom, about, nothing, says
from probe.diagnosis.commands import aws
from probe.diagnosis.definitions import corrected
from probe.diagnosis.grants import grant
from probe.diagnosis.identity import clues as refusals
from probe.diagnosis.reach import subnet_of
from probe.diagnosis.references import variable
from probe.diagnosis.symptoms import named
from probe.evidence import demands, mount_targets
from probe.evidence.flows import Gate
from probe.evidence.snapshot import read
from probe.model import (
    Confidence,
    Kind,
    Layer,
    Outcome,
    Requirement,
    RequirementKind,
    Road,
    Severity,
    Status,
    Target,
)

STREAM, GROUP, EVENT = "logs:CreateLogStream", "logs:CreateLogGroup", "logs:PutLogEvents"
NFS = 2049


def clues(case: Case, symptom: Symptom) -> Iterator[Clue]:
    """What one log stream that could not be made says."""
    one = symptom.observation
    if symptom.target.service != "logs" or symptom.layer is not Layer.CALL or one is None:
        return
    group = one.reference or next(
        (call.reference for call in symptom.target.calls if call.needed), symptom.at
    )
    if symptom.kind is Kind.NOT_FOUND:
        yield about("log-group-missing", group, symptom, region=symptom.target.region)
    elif symptom.kind in {Kind.INVALID_REFERENCE, Kind.UNKNOWN}:
        yield about("log-options-invalid", "/".join(variable(case, group).split("/")[:2]), symptom)


def lost_events(case: Case) -> Iterator[Clue]:
    """PutLogEvents refused beside a stream that was made: the task starts, and its logs are lost."""
    targets = [target for target in case.targets if target.service == "logs" and target.needed]
    for target in targets:
        for outcome in case.outcomes:
            for one in outcome.observations:
                if (one.target, one.operation, one.status) != (target.name, EVENT, Status.FAIL):
                    continue
                symptom = Symptom(
                    subnet=outcome.subnet, target=target, layer=one.layer, observation=one, warning=True
                )
                measured = (one for one in refusals(case, symptom) if one.level is None)
                for refusal in measured:
                    yield msgspec.structs.replace(refusal, code="log-write-denied")


def unheard(case: Case) -> Iterator[Clue]:
    """A probe that made its stream and whose lines never came, by a role that may not write them.

    A denied event leaves no trace on the road of exit codes; IAM's simulator knows of it.
    """
    refused = {
        (one.action, one.resource) for one in read(case.snapshot.simulated) if one.decision != "allowed"
    }
    for target in (one for one in case.targets if one.service == "logs" and one.needed):
        streams = [call for call in target.calls if call.operation == STREAM]
        groups = [demands.resource(case.spec, target, call) for call in streams]
        for outcome in case.outcomes:
            silent = reached_unheard(target, outcome)
            for group in (one for one in groups if silent and (EVENT, one) in refused):
                yield Clue(
                    code="log-write-denied",
                    subject=case.spec.execution_role or "execution role",
                    subnet=outcome.subnet,
                    said=(f"IAM's simulator refuses {EVENT} on {group}, and none of the probe's lines came",),
                    detail={"action": EVENT, "resource": group},
                    level=Confidence.INFERRED,
                )


def reached_unheard(target: Target, outcome: Outcome) -> bool:
    """Whether only exit codes tell that a probe reached CloudWatch Logs."""
    passed = [one for one in outcome.observations if one.target == target.name and one.status is Status.PASS]
    return any(one.layer is Layer.CALL for one in passed) and {one.road for one in passed} == {Road.EXIT_CODE}


def destination(case: Case, symptom: Symptom) -> Clue | None:
    """A path that is shut, under the name of what it was for: a log destination, or a file system."""
    need = _need(case, symptom)
    if need is None:
        return None
    if need.kind is RequirementKind.LOG_DESTINATION:
        return about("log-destination-unreachable", symptom.target.host, symptom)
    if symptom.layer is Layer.DNS and _has_no_mount_target(case, symptom, need.reference):
        return about("efs-mount-target-missing", need.reference, symptom, zone=_zone(case, symptom))
    return about("efs-unreachable", need.reference, symptom)


def _has_no_mount_target(case: Case, symptom: Symptom, identity: str) -> bool:
    """By the answer of a name server; where no road tells that, by the interfaces that could be read."""
    if symptom.kind is Kind.UNKNOWN and isinstance(case.snapshot.interfaces, tuple):
        return not mount_targets.addresses(case.snapshot, identity, symptom.subnet)
    return symptom.kind in {Kind.NAME_NOT_FOUND, Kind.NO_DATA}


def _need(case: Case, symptom: Symptom) -> Requirement | None:
    kinds = {RequirementKind.LOG_DESTINATION, RequirementKind.FILE_SYSTEM}
    needs = (need for need in case.requirements if need.kind in kinds)
    return next((need for need in needs if symptom.target.host in need.hosts), None)


def _zone(case: Case, symptom: Symptom) -> str:
    subnet = subnet_of(case, symptom.subnet)
    return subnet.az if subnet is not None else symptom.subnet


def _group_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    region = clues[0].detail.get("region", case.spec.region)
    return (aws("logs", "create-log-group", region, log_group_name=clues[0].subject),)


def _options_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    return corrected(case, clues[0].subject)


def _destination_why(_: Case, clues: Clues) -> str:
    why = " ".join(named(line for clue in clues for line in clue.said))
    return f"The log driver's destination {clues[0].subject} cannot be reached. {why}".strip()


def _efs_why(_: Case, clues: Clues) -> str:
    why = " ".join(named(line for clue in clues for line in clue.said))
    return f"NFS (TCP {NFS}) to {clues[0].subject} is blocked. {why}".strip()


def _opened(case: Case, clues: Clues) -> tuple[str, ...]:
    """The group at the far end opened, where that is what blocks."""
    shut = (clue for clue in clues if clue.hop is not None and clue.hop.gate is Gate.GROUP_INGRESS)
    gates = (msgspec.structs.replace(clue, subject=clue.detail.get("gate", "")) for clue in shut)
    return named(line for clue in gates for line in groups.mend(case, (clue,)))


def _mount_target_why(_: Case, clues: Clues) -> str:
    zones = ", ".join(named(clue.detail.get("zone", "") for clue in clues))
    return f"{clues[0].subject} has no mount target in {zones}, so its name has no address there."


def _mount_target_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    """A mount target in each subnet whose zone has none, with the groups of those that there are.

    Without any there is only the VPC's default group, which AWS takes by itself.
    """
    known = _mount_target_groups(case, clues[0].subject)
    groups = {"security_groups": known} if known else {}
    made = partial(aws, "efs", "create-mount-target", case.spec.region, file_system_id=clues[0].subject)
    return tuple(made(subnet_id=subnet, **groups) for subnet in named(clue.subnet for clue in clues))


def _mount_target_groups(case: Case, file_system: str) -> tuple[str, ...]:
    """The groups of a file system's mount targets."""
    found = mount_targets.of(case.snapshot, file_system)
    return next((one.groups for one in found if one.groups), ())


def _efs_denied_why(case: Case, clues: Clues) -> str:
    system = clues[0].subject
    need = next((one for one in case.requirements if one.reference == system), None)
    identified = need is not None and "iam" in need.details
    who = "nobody in particular, since its authorizationConfig does not enable IAM"
    if identified:
        who = case.spec.task_role or "nobody in particular, since the definition has no task role"
    return (
        f"ECS was refused the mount of {system}. The volume is mounted as {who}: the file system's policy, "
        "or the task role where it asks, has to allow elasticfilesystem:ClientMount."
    )


RULES = (
    Rule(
        "log-group-missing",
        "The log group does not exist",
        says(
            "CloudWatch Logs was reached and let the role in, and has no group {subject}; "
            "awslogs-create-group is not set, so the log driver does not make it."
        ),
        _group_fix,
    ),
    Rule(
        "log-options-invalid",
        "The log driver rejects its options",
        says("The awslogs driver rejects the options of {subject}."),
        _options_fix,
    ),
    Rule(
        "log-write-denied",
        "Logs will be lost",
        says(
            "{subject} may create a log stream and may not write to it: the task starts, and its logs are "
            "lost."
        ),
        grant,
        Severity.WARNING,
    ),
    Rule("log-destination-unreachable", "The log destination cannot be reached", _destination_why, _opened),
    Rule("efs-unreachable", "The file system cannot be reached", _efs_why, _opened),
    Rule(
        "efs-mount-target-missing",
        "The file system has no mount target here",
        _mount_target_why,
        _mount_target_fix,
    ),
    Rule("efs-access-denied", "The file system refuses the mount", _efs_denied_why, nothing),
)
