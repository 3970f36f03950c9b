"""A task definition that refers to what AWS has: registered again with other references, and put to use.

The commands read the definition that failed, so that nothing of it is lost but its tags; whoever keeps it
as a file corrects it there too.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from probe.diagnosis.case import Case
from probe.diagnosis.commands import aws, into, service_update
from probe.diagnosis.references import secret_arn
from probe.evidence.fits import ANY
from probe.evidence.places import chart
from probe.evidence.routes import route_to, table_of
from probe.model import RequirementKind
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
_SPECIAL = re.compile(r"([.\[\]*^$\\])")
_PARAMETER_OF = {RequirementKind.REGISTRY_CREDENTIALS: "credentialsParameter"}


def corrected(case: Case) -> tuple[str, ...]:
    """The commands that have every reference say where it was found; none where nothing was found."""
    edits = tuple(dict.fromkeys(_edits(case)))
    if not edits or case.spec.task_definition is None:
        return ()
    region, query = case.spec.region, ",".join(f"{key}:{key}" for key in _KEPT)
    described = aws(
        "ecs",
        "describe-task-definition",
        region,
        task_definition=case.spec.task_definition,
        query=f"taskDefinition.{{{query}}}",
        output="json",
    )
    script = " ".join(f"-e {shlex.quote(edit)}" for edit in ("/: null,$/d", *edits))
    registered = aws("ecs", "register-task-definition", region, cli_input_json="$definition")
    return (
        f"definition=$({described} | sed {script})",
        into("revision", registered, "taskDefinition.taskDefinitionArn"),
        *service_update(case, task_definition="$revision"),
    )


def _edits(case: Case) -> Iterator[str]:
    """What sed does to the definition, one edit a reference."""
    for need in case.requirements:
        wanted = _wanted(case, need.reference)
        if wanted != need.reference:
            key = _PARAMETER_OF.get(need.kind, "valueFrom")
            written = _SPECIAL.sub(r"\\\1", need.reference)
            yield f's|"{key}": "{written}"|"{key}": "{wanted}"|'


def _wanted(case: Case, reference: str) -> str:
    """The reference with a secret's whole ARN, or as the ARN of another region's parameter."""
    whole = secret_arn(reference) if is_secret(reference) else reference
    found = case.elsewhere.get(whole)
    if found is not None and is_secret(reference):
        return found + reference.removeprefix(whole)
    if found is None or not _leads_away(case):
        return reference
    spec = case.spec
    return f"arn:{spec.partition}:ssm:{found}:{spec.account}:parameter/{reference.removeprefix('/')}"


def _leads_away(case: Case) -> bool:
    """Whether every subnet has a way out, without which no other region's Parameter Store is reached."""
    there = chart(case.snapshot)
    tables = (table_of(there, subnet) for subnet in case.spec.subnets)
    return all(table is not None and route_to(there, table, ANY) is not None for table in tables)
