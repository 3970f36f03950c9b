"""RunTask's own validation: a request read into orders, or the error that ECS answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from probe.lab.api.errors import ApiError
from probe.lab.fargate.tasks import Order

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

OVERRIDES_LIMIT = 8192
MOST_TASKS = 10
FARGATE_PROVIDERS = frozenset({"FARGATE", "FARGATE_SPOT"})

Json = Mapping[str, Any]


def order_of(cloud: Cloud, params: Json) -> Order:
    """One task as a RunTask request asks for it, or a service's settings, which have its shape."""
    cluster = cluster_of(cloud, params.get("cluster") or "default")
    definition = definition_of(cloud, params["taskDefinition"])
    overrides = params.get("overrides") or {}
    _check_overrides(overrides, definition)
    launch_type, provider = _strategy(params, cluster)
    if "FARGATE" not in (definition.get("compatibilities") or ()):
        raise _invalid("Task definition does not support launch_type FARGATE.")
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


def cluster_of(cloud: Cloud, name: str) -> Json:
    """An ACTIVE cluster by name or ARN.  Raises ClusterNotFoundException."""
    found = cloud.client("ecs").describe_clusters(clusters=[name])["clusters"]
    if not found or found[0]["status"] != "ACTIVE":
        raise ApiError("ClusterNotFoundException", "Cluster not found.")
    cluster: Json = found[0]
    return cluster


def definition_of(cloud: Cloud, name: str) -> Json:
    """An ACTIVE task definition by ARN, ``family:revision`` or ``family``."""
    try:
        found = cloud.client("ecs").describe_task_definition(taskDefinition=name)["taskDefinition"]
    except ClientError:
        raise ApiError("ClientException", "Unable to describe task definition.") from None
    if found["status"] != "ACTIVE":
        raise ApiError("ClientException", "TaskDefinition is inactive")
    definition: Json = found
    return definition


def network_of(cloud: Cloud, params: Json) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Subnets, groups and whether to give a public address, all of which must exist, in one VPC."""
    asked = (params.get("networkConfiguration") or {}).get("awsvpcConfiguration")
    if not asked:
        raise _invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
    subnets, groups = tuple(asked.get("subnets") or ()), tuple(asked.get("securityGroups") or ())
    if not subnets:
        raise _invalid("subnets can not be empty.")
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
    """The platform version that LATEST, or nothing, stands for on Linux."""
    return "1.4.0" if version in (None, "", "LATEST") else str(version)


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


def _strategy(params: Json, cluster: Json) -> tuple[str, str]:
    """Launch type and capacity provider: one of them, Fargate in either case."""
    launch_type, strategy = params.get("launchType"), params.get("capacityProviderStrategy") or []
    if launch_type and strategy:
        raise _invalid("Specify only one of launchType or capacityProviderStrategy.")
    if not launch_type and not strategy:
        strategy = cluster.get("defaultCapacityProviderStrategy") or []
    if strategy:
        return "", _provider(strategy, cluster)
    if launch_type != "FARGATE":
        raise _invalid("No Container Instances were found in your cluster.")
    return launch_type, ""


def _provider(strategy: list[Json], cluster: Json) -> str:
    chosen = str(strategy[0]["capacityProvider"])
    if chosen not in (cluster.get("capacityProviders") or ()):
        raise _invalid(
            "The specified capacity provider strategy cannot contain a capacity provider that is not "
            "associated with the cluster."
        )
    if chosen not in FARGATE_PROVIDERS:
        raise _invalid("No Container Instances were found in your capacity provider.")
    return chosen


def _tags(cloud: Cloud, params: Json) -> tuple[Json, ...]:
    """A task's own tags, and the definition's where these are propagated; its own win."""
    own = tuple(params.get("tags") or ())
    if params.get("propagateTags") != "TASK_DEFINITION":
        return own
    name = params["taskDefinition"]
    written = cloud.client("ecs").describe_task_definition(taskDefinition=name, include=["TAGS"])
    mine = {tag["key"] for tag in own}
    return own + tuple(one for one in written.get("tags") or () if one["key"] not in mine)
