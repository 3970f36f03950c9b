"""RunTask's own validation: a request read into orders, or the error that ECS answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from probe.lab.api.errors import ApiError
from probe.lab.fargate import definitions
from probe.lab.fargate.tasks import Order

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

OVERRIDES_LIMIT = 8192
MOST_TASKS = 10
MOST_SUBNETS, MOST_GROUPS = 16, 5
PLATFORMS = frozenset({"1.4.0"})
"""The platform versions that run here.  1.3.0 sends what the agent does past the task's interface."""

FARGATE_PROVIDERS = frozenset({"FARGATE", "FARGATE_SPOT"})

_SIZES = frozenset({"cpu", "memory"})

Json = Mapping[str, Any]


def order_of(cloud: Cloud, params: Json, definition: Json) -> Order:
    """One task as a RunTask request asks for it, or a service's settings, which have its shape."""
    cluster = cluster_of(cloud, params.get("cluster") or "default")
    overrides = params.get("overrides") or {}
    _check_overrides(overrides, definition)
    launch_type, provider = capacity_of(params, cluster)
    if not is_fargate(launch_type, provider):
        where = "capacity provider" if provider else "cluster"
        raise _invalid(f"No Container Instances were found in your {where}.")
    _check_fargate(definition)
    subnets, groups, public = network_of(cloud, params)
    return Order(
        cluster_arn=cluster["clusterArn"],
        definition=definition,
        subnets=subnets,
        groups=groups,
        public=public,
        overrides=overrides,
        group=params.get("group") or f"family:{definition['family']}",
        started_by=params.get("startedBy") or "",
        launch_type=launch_type,
        capacity_provider=provider,
        platform_version=platform_of(params.get("platformVersion")),
        tags=_tags(cloud, params),
    )


def check_service(cloud: Cloud, params: Json, definition: Json) -> None:
    """Raise what CreateService answers where RunTask would refuse one of the service's tasks.

    A service that has no instances to run on is none of that: it waits for some.
    """
    capacity = capacity_of(params, cluster_of(cloud, params.get("cluster") or "default"))
    if is_fargate(*capacity):
        _check_fargate(definition)
        platform_of(params.get("platformVersion"))
    if definition.get("networkMode") == "awsvpc":
        network_of(cloud, params)


def cluster_of(cloud: Cloud, name: str) -> Json:
    """An ACTIVE cluster by name or ARN.  Raises ClusterNotFoundException."""
    found = cloud.client("ecs").describe_clusters(clusters=[name])["clusters"]
    if not found or found[0]["status"] != "ACTIVE":
        raise ApiError("ClusterNotFoundException", "Cluster not found.")
    cluster: Json = found[0]
    return cluster


def definition_of(cloud: Cloud, name: str) -> Json:
    """An ACTIVE task definition by ARN, ``family:revision`` or ``family``."""
    found = described(cloud, name)
    if found["status"] != "ACTIVE":
        raise ApiError("ClientException", "TaskDefinition is inactive")
    return found


def described(cloud: Cloud, name: str) -> Json:
    """A task definition, also one that was deregistered: services that have it keep it.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html
    """
    try:
        found: Json = cloud.client("ecs").describe_task_definition(taskDefinition=name)["taskDefinition"]
    except ClientError:
        raise ApiError("ClientException", "Unable to describe task definition.") from None
    return found


def network_of(cloud: Cloud, params: Json) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Subnets, groups and whether to give a public address, all of which must exist, in one VPC."""
    asked = (params.get("networkConfiguration") or {}).get("awsvpcConfiguration")
    if not asked:
        raise _invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
    subnets, groups = tuple(asked.get("subnets") or ()), tuple(asked.get("securityGroups") or ())
    if not subnets:
        raise _invalid("subnets can not be empty.")
    for name, given, most in (("subnets", subnets, MOST_SUBNETS), ("securityGroups", groups, MOST_GROUPS)):
        if len(given) > most:
            raise _invalid(f"{name} can have at most {most} items.")
    vpcs = {_vpc(cloud, "subnet", one) for one in subnets}
    if len(vpcs) > 1:
        raise _invalid("Subnets must all belong to the same VPC.")
    for one in groups:
        if _vpc(cloud, "security group", one) not in vpcs:
            raise _invalid(
                f"Security group {one} does not appear to belong to the same VPC as the input subnets."
            )
    return subnets, groups, asked.get("assignPublicIp") == "ENABLED"


def platform_of(version: str | None) -> str:
    """The platform version that LATEST, or nothing, stands for on Linux.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html
    """
    named = "1.4.0" if version in (None, "", "LATEST") else str(version)
    if named == "1.3.0":
        raise ApiError("NotImplemented", "the lab lacks this: the platform version 1.3.0", 501)
    if named not in PLATFORMS:
        raise ApiError("PlatformUnknownException", "The specified platform does not exist.")
    return named


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidParameterException", message)


def _vpc(cloud: Cloud, what: str, name: str) -> str:
    ec2 = cloud.client("ec2")
    try:
        if what == "subnet":
            return str(ec2.describe_subnets(SubnetIds=[name])["Subnets"][0]["VpcId"])
        return str(ec2.describe_security_groups(GroupIds=[name])["SecurityGroups"][0]["VpcId"])
    except ClientError as error:
        said = error.response["Error"]
        raise _invalid(
            f"Error retrieving {what} information for [{name}]: {said['Message']} (ErrorCode: {said['Code']})"
        ) from None


def _check_overrides(overrides: Json, definition: Json) -> None:
    if len(json.dumps(overrides, separators=(",", ":"))) > OVERRIDES_LIMIT:
        raise _invalid(f"Container Overrides length must be at most {OVERRIDES_LIMIT}")
    names = {one["name"] for one in definition["containerDefinitions"]}
    for one in overrides.get("containerOverrides") or ():
        if one.get("name") not in names:
            raise _invalid(
                f"Override for container named {one.get('name')} is not a container in the TaskDefinition."
            )
    definitions.check_size({**definition, **{key: overrides[key] for key in _SIZES & overrides.keys()}})


def capacity_of(params: Json, cluster: Json) -> tuple[str, str]:
    """Launch type and capacity provider, one of them empty: those asked for, else the cluster's default."""
    launch_type, strategy = params.get("launchType"), params.get("capacityProviderStrategy") or []
    if launch_type and strategy:
        raise _invalid(
            "Specifying both a launch type and capacity provider strategy is not supported. Remove one and "
            "try again."
        )
    if not launch_type and not strategy:
        strategy = cluster.get("defaultCapacityProviderStrategy") or []
    providers = [str(one["capacityProvider"]) for one in strategy]
    if set(providers) - set(cluster.get("capacityProviders") or ()):
        raise _invalid(
            "The specified capacity provider strategy cannot contain a capacity provider that is not "
            "associated with the cluster."
        )
    return ("", providers[0]) if providers else (str(launch_type or "EC2"), "")


def is_fargate(launch_type: str, provider: str) -> bool:
    """Whether a launch type or a capacity provider is Fargate's."""
    return launch_type == "FARGATE" or provider in FARGATE_PROVIDERS


def _check_fargate(definition: Json) -> None:
    if "FARGATE" not in (definition.get("compatibilities") or ()):
        raise _invalid("Task definition does not support launch_type FARGATE.")


def _tags(cloud: Cloud, params: Json) -> tuple[Json, ...]:
    """A task's own tags, and the definition's where these are propagated; its own win."""
    own = tuple(params.get("tags") or ())
    if params.get("propagateTags") != "TASK_DEFINITION":
        return own
    name = params["taskDefinition"]
    written = cloud.client("ecs").describe_task_definition(taskDefinition=name, include=["TAGS"])
    mine = {tag["key"] for tag in own}
    return own + tuple(one for one in written.get("tags") or () if one["key"] not in mine)
