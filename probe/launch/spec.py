"""ECS to Spec: all that decides reachability of a service, as its failing revision has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from probe import endpoints
from probe.launch import companions, revisions, stops
from probe.launch.refusals import asking
from probe.launch.refused import RefusedError
from probe.launch.revisions import Revision
from probe.launch.telling import Tell
from probe.model import Spec

Definition = dict[str, Any]

_FARGATE = frozenset({"FARGATE", "FARGATE_SPOT"})
_EC2_ADVICE = "probe a service on Fargate, or its VPC with --subnets and --security-groups"


def read(session: Any, *, cluster: str, service: str, tell: Tell) -> tuple[Spec, Definition]:
    """The Spec of a service and the task definition of its failing revision.

    ``tell`` hears what could not be read and is not decisive; what is decisive raises ``RefusedError``.
    """
    ecs = session.client("ecs")
    described = _service(ecs, cluster, service)
    revision = revisions.failing(ecs, described, tell)
    _require_fargate(service, revision)
    if not revision.network.get("subnets"):
        raise RefusedError(
            f"cannot probe service {service}",
            "it has no networkConfiguration, so its tasks have no subnets of their own",
            "only services with network mode awsvpc can be probed",
        )
    definition = task_definition(ecs, revision.task_definition)
    spec = _spec(described, revision, definition, session.region_name)
    seen = {
        "stops": stops.of_service(ecs, cluster, service, tell),
        "execute_command": companions.execute_command(ecs, described, tell),
    }
    return msgspec.structs.replace(spec, **seen), definition


def read_task(session: Any, *, cluster: str, task: str, tell: Tell) -> tuple[Spec, Definition]:
    """The Spec of one task: that of its service, with the task's own definition, subnet and reason."""
    ecs = session.client("ecs")
    with asking(f"cannot read task {task}", "ecs:DescribeTasks", task):
        found = ecs.describe_tasks(cluster=cluster, tasks=[task])["tasks"]
    if not found:
        why = f"cluster {cluster} shows no such task, and stopped tasks stay visible for about an hour"
        raise RefusedError(f"cannot read task {task}", why, "probe its service with --like-service")
    group = str(found[0].get("group", ""))
    if not group.startswith("service:"):
        why = "no service started it, so its security groups are not known"
        raise RefusedError(f"cannot probe like task {task}", why, "give --subnets and --security-groups")
    spec, _ = read(session, cluster=cluster, service=group.removeprefix("service:"), tell=tell)
    definition = task_definition(ecs, found[0]["taskDefinitionArn"])
    subnet = stops.attachment(found[0], "subnetId")
    like = _roles(definition) | {
        "stops": stops.of_tasks(found),
        "task_definition": found[0]["taskDefinitionArn"],
    }
    if spec.task_definition != found[0]["taskDefinitionArn"]:
        like["images"] = {}  # The service's revision pinned the images of another definition.
    return msgspec.structs.replace(spec, **like, subnets=(subnet,) if subnet else spec.subnets), definition


def task_definition(ecs: Any, name: str) -> Definition:
    """A registered task definition, as ECS describes it."""
    with asking(f"cannot read task definition {name}", "ecs:DescribeTaskDefinition", name):
        return dict(ecs.describe_task_definition(taskDefinition=name)["taskDefinition"])


def account_of(session: Any) -> str:
    """The account of the operator's own credentials."""
    with asking("cannot tell the account", "sts:GetCallerIdentity"):
        return str(session.client("sts").get_caller_identity()["Account"])


def architecture(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The Spec's fields about the platform: an absent one is what ECS takes by default."""
    platform = definition.get("runtimePlatform") or {}
    return {
        "architecture": platform.get("cpuArchitecture") or "X86_64",
        "operating_system": platform.get("operatingSystemFamily") or "LINUX",
    }


def _service(ecs: Any, cluster: str, service: str) -> Mapping[str, Any]:
    what = f"cannot read service {service}"
    with asking(what, "ecs:DescribeServices", f"service/{cluster}/{service}"):
        try:
            answer = ecs.describe_services(cluster=cluster, services=[service])
        except ecs.exceptions.ClusterNotFoundException:
            raise _unknown_cluster(what, cluster) from None
    found = [one for one in answer["services"] if one.get("status") != "INACTIVE"]
    if not found:
        why = f"cluster {cluster} has no such service in {ecs.meta.region_name}"
        raise RefusedError(what, why, f"aws ecs list-services --cluster {cluster} shows what there is")
    return dict(found[0])


def _unknown_cluster(what: str, cluster: str) -> RefusedError:
    return RefusedError(what, f"there is no cluster {cluster} in this region", "see: aws ecs list-clusters")


def _require_fargate(service: str, revision: Revision) -> None:
    """Calls and pulls on EC2 leave through the instance's interface, which a task cannot stand in for."""
    what = f"cannot probe service {service}"
    others = [name for name in revision.capacity_providers if name not in _FARGATE]
    if others:
        raise RefusedError(what, f"its capacity provider {others[0]} is not Fargate's", _EC2_ADVICE)
    if not revision.capacity_providers and revision.launch_type not in {None, "FARGATE"}:
        why = f"it has launch type {revision.launch_type}, where image pulls leave through the instance"
        raise RefusedError(what, why, _EC2_ADVICE)


def _spec(service: Mapping[str, Any], revision: Revision, definition: Definition, region: str) -> Spec:
    arn = str(service["serviceArn"]).split(":")
    return Spec(
        region=region,
        account=arn[4],
        partition=endpoints.partition(region).name,
        cluster=str(service["clusterArn"]).rpartition("/")[2],
        service=str(service["serviceName"]),
        task_definition=str(definition["taskDefinitionArn"]),
        subnets=tuple(revision.network["subnets"]),
        security_groups=tuple(revision.network.get("securityGroups") or ()),
        assign_public_ip=revision.network.get("assignPublicIp") == "ENABLED",
        launch_type=None if revision.capacity_providers else revision.launch_type or "FARGATE",
        capacity_providers=revision.capacity_providers,
        platform_version=revision.platform_version,
        images=dict(revision.images),
        service_connect=revision.service_connect,
        **_roles(definition),
    )


def _roles(definition: Definition) -> dict[str, Any]:
    return {
        "execution_role": definition.get("executionRoleArn"),
        "task_role": definition.get("taskRoleArn"),
        **architecture(definition),
    }
