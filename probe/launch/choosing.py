"""Which of the ways to a Spec: a service, a task, or a VPC that has no service yet."""

from __future__ import annotations

from typing import Any

from probe import endpoints
from probe.launch import definitions, premises, spec
from probe.launch.refused import RefusedError
from probe.launch.telling import Tell
from probe.launch.wishes import Subject
from probe.model import Spec
from probe.requirements.definitions import Definition, name


def read(session: Any, subject: Subject, tell: Tell) -> tuple[Spec, Definition | None]:
    """The Spec of a subject, and its task definition where there is one."""
    if subject.service is not None:
        return spec.read(session, cluster=subject.cluster, service=subject.service, tell=tell)
    if subject.task is not None:
        return spec.read_task(session, cluster=subject.cluster, task=subject.task, tell=tell)
    return _of_vpc(session, subject, tell)


def _of_vpc(session: Any, subject: Subject, tell: Tell) -> tuple[Spec, Definition | None]:
    """The Spec of tasks to come: what the operator says, and the definition's role where none is named."""
    if not subject.security_groups:
        why = "--security-groups is missing, and groups decide what can be reached"
        raise RefusedError("cannot probe these subnets", why, "give the groups that the tasks will have")
    written = subject.task_definition
    definition = definitions.read(session, written) if written else None
    premises.check_network(session, subject.subnets, subject.security_groups, tell)
    if subject.starts_tasks:
        premises.check_cluster(session, subject.cluster, tell)
    role = (definition or {}).get("executionRoleArn")
    if subject.role or (role and not str(role).startswith("arn:")):
        role = premises.check_role(session, subject.role or str(role), tell)
    return (
        Spec(
            region=session.region_name,
            account=spec.account_of(session),
            partition=endpoints.partition(session.region_name).name,
            cluster=subject.cluster,
            task_definition=(definition or {}).get("taskDefinitionArn")
            or (name(definition) if definition else None),
            subnets=subject.subnets,
            security_groups=subject.security_groups,
            assign_public_ip=subject.assign_public_ip,
            launch_type="FARGATE",
            execution_role=role,
            task_role=(definition or {}).get("taskRoleArn"),
            **spec.architecture(definition or {}),
        ),
        definition,
    )
