"""A task definition as it can only have been meant: corrected, registered again, and put to use.

The commands read the definition that failed, so that nothing of it is lost but its tags; whoever keeps it
as a file corrects it there too.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import msgspec

from probe.diagnosis.case import Case
from probe.diagnosis.commands import aws, into, service_update
from probe.diagnosis.references import definition_name, secret_arn
from probe.evidence.fits import ANY
from probe.evidence.places import chart
from probe.evidence.routes import route_to, table_of
from probe.model import Correction, Requirement, RequirementKind
from probe.references import is_secret

_KEPT = (
    "taskRoleArn",
    "executionRoleArn",
    "networkMode",
    "containerDefinitions",
    "volumes",
    "placementConstraints",
    "requiresCompatibilities",
    "cpu",
    "memory",
    "pidMode",
    "ipcMode",
    "proxyConfiguration",
    "ephemeralStorage",
    "runtimePlatform",
    "enableFaultInjection",
    "family",
)
"""What RegisterTaskDefinition takes of what is described; ``family`` is never absent, and so ends the JSON.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
"""
_SPECIAL = re.compile(r"([.\[\]*^$\\|])")
_REPLACED = re.compile(r"([&\\|])")
"""What sed reads as more than itself, in a pattern and in what replaces it."""

_PARAMETER_OF = {RequirementKind.REGISTRY_CREDENTIALS: "credentialsParameter"}
_FAMILY = 48
"""Characters of a family that the name of a role, which has 64, repeats."""

_ARCHITECTURES = {"linux/amd64": "X86_64", "linux/arm64": "ARM64"}


def corrected(case: Case, subject: str) -> tuple[str, ...]:
    """The commands that have the definition say what was meant; none where nobody knows it of the subject."""
    known = any(_concerns(case, need, subject) for need in case.requirements if any(_corrections(case, need)))
    return registered(case) if known else ()


def registered(case: Case) -> tuple[str, ...]:
    """The commands that read the definition, correct all that is known, register it and put it to use.

    Several findings print the same, so that whichever is followed undoes no other's.
    """
    known, region = case.spec.task_definition or "", case.spec.region
    if not known.startswith("arn:"):
        return ()  # A file's author corrects the file.
    described = aws(
        "ecs",
        "describe-task-definition",
        region,
        task_definition=known,
        query=_query(case),
        output="json",
    )
    edits = dict.fromkeys(_edit(one) for need in case.requirements for one in _corrections(case, need))
    script = " ".join(f"-e {shlex.quote(edit)}" for edit in ("/: null,$/d", *edits))
    made = aws("ecs", "register-task-definition", region, cli_input_json="$definition")
    return (
        f"definition=$({described} | sed {script})",
        into("revision", made, "taskDefinition.taskDefinitionArn"),
        *service_update(case, task_definition="$revision"),
    )


def platform(case: Case) -> dict[str, str]:
    """The platform that every image is built for, where the tasks run on another; else nothing."""
    images = [one.reference for one in case.requirements if one.kind is RequirementKind.IMAGE]
    built = [_platforms(case, image) for image in images]
    shared = sorted(set.intersection(*built) & _ARCHITECTURES.keys()) if built else []
    if not shared or case.spec.operating_system != "LINUX":
        return {}
    return {"cpuArchitecture": _ARCHITECTURES[shared[0]], "operatingSystemFamily": "LINUX"}


def roleless(case: Case) -> str | None:
    """What the definition is called where it needs an execution role and names none."""
    return next((one.subject for one in case.offline if one.code == "execution-role-missing"), None)


def new_role(case: Case) -> str:
    """The ARN of the execution role that a definition without one is to be given; empty where it has one."""
    if roleless(case) is None:
        return ""
    family = definition_name(case).partition(":")[0]
    return f"arn:{case.spec.partition}:iam::{case.spec.account}:role/{family[:_FAMILY]}-task-execution"


def _query(case: Case) -> str:
    """What is asked of the description: its parts as they are, or as they should be."""
    settings = {"executionRoleArn": new_role(case), "runtimePlatform": platform(case)}
    said = {key: f"`{msgspec.json.encode(value).decode()}`" for key, value in settings.items() if value}
    return f"taskDefinition.{{{','.join(f'{key}:{said.get(key, key)}' for key in _KEPT)}}}"


def _platforms(case: Case, image: str) -> set[str]:
    """What an image is built for; nothing of one that is for the tasks' platform alone."""
    told = (one for outcome in case.outcomes for one in outcome.observations if one.reference == image)
    found = (one.facts.get("platforms", ()) for one in told)
    return {str(name) for names in found if isinstance(names, tuple) for name in names}


def _edit(one: Correction) -> str:
    """What sed does to the definition's JSON, as the AWS CLI prints it."""
    value = '"[^"]*"' if one.written is None else _pattern(one.written)
    pairs = ", ".join(f"{_quoted(key)}: {_quoted(value)}" for key, value in one.instead.items())
    instead = _REPLACED.sub(r"\\\1", pairs)
    return f"s|{_pattern(one.key)}: {value}|{instead}|"


def _pattern(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", _quoted(text))


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()


def _corrections(case: Case, need: Requirement) -> Iterator[Correction]:
    """What a requirement should say: what can only have been meant, and where its reference was found."""
    yield from need.corrections
    wanted = need.reference if need.kind is RequirementKind.IMAGE else _wanted(case, need.reference)
    if wanted != need.reference:
        key = _PARAMETER_OF.get(need.kind, "valueFrom")
        yield Correction(key=key, written=need.reference, instead={key: wanted})


def _concerns(case: Case, need: Requirement, subject: str) -> bool:
    """Whether a finding's subject is this requirement: its reference, its container or its variable."""
    part = "" if need.kind is RequirementKind.LOG_STREAM else f"/{need.variable or need.kind.value}"
    place = f"{definition_name(case)}/{need.container}{part}"
    return subject in {need.reference, secret_arn(need.reference), place}


def _wanted(case: Case, reference: str) -> str:
    """The reference with a secret's whole ARN, or as the ARN of another region's parameter."""
    whole = secret_arn(reference) if is_secret(reference) else reference
    found = case.elsewhere.get(whole)
    if found is not None and is_secret(reference):
        return found + reference.removeprefix(whole)
    if found in {None, case.spec.region} or not _leads_away(case):
        return reference
    spec = case.spec
    return f"arn:{spec.partition}:ssm:{found}:{spec.account}:parameter/{reference.removeprefix('/')}"


def _leads_away(case: Case) -> bool:
    """Whether every subnet has a way out, without which no other region's Parameter Store is reached."""
    there = chart(case.snapshot)
    tables = (table_of(there, subnet) for subnet in case.spec.subnets)
    return all(table is not None and route_to(there, table, ANY) is not None for table in tables)
