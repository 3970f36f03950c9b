"""ECS and ECR."""

from __future__ import annotations

from functools import partial
from typing import Any

from probe.lab.cloudformation.kinds.kind import Hands, Made, Maker, Properties, plain, without

_KEPT = ("ServiceName", "Cluster", "LaunchType", "SchedulingStrategy", "DeploymentController", "Tags", "Role")
"""What UpdateService does not take."""


def _task_definition(hands: Hands, given: Properties) -> Made:
    wanted = {"Family": hands.name} | dict(given)
    proxy = dict(given.get("ProxyConfiguration") or {})
    if "ProxyConfigurationProperties" in proxy:
        proxy["Properties"] = proxy.pop("ProxyConfigurationProperties")
        wanted["ProxyConfiguration"] = proxy
    answer = hands.call("ecs", "register_task_definition", wanted)["taskDefinition"]
    arn = answer["taskDefinitionArn"]
    undo = partial(hands.call, "ecs", "deregister_task_definition", {"TaskDefinition": arn})
    return Made(arn, undo, {"TaskDefinitionArn": arn})


def _service(hands: Hands, given: Properties) -> Made:
    wanted = {"ServiceName": hands.name, "DesiredCount": 1} | dict(given)
    answer = hands.call("ecs", "create_service", _renamed(wanted))["service"]
    return _standing(hands, wanted, answer["serviceArn"], answer["serviceName"])


def _standing(hands: Hands, given: Properties, arn: str, name: str) -> Made:
    where: dict[str, Any] = {"Service": name} | {key: given[key] for key in ("Cluster",) if key in given}

    def change(other: Properties) -> Made:
        hands.call("ecs", "update_service", _renamed(without(other, *_KEPT)) | where)
        return _standing(hands, {**given, **other}, arn, name)

    undo = partial(hands.call, "ecs", "delete_service", where | {"Force": True})
    return Made(arn, undo, {"Name": name, "ServiceArn": arn}, change)


def _renamed(given: Properties) -> dict[str, Any]:
    """``PlacementStrategies`` is ``placementStrategy`` in the API."""
    moved = {"PlacementStrategy": given["PlacementStrategies"]} if "PlacementStrategies" in given else {}
    return without(given, "PlacementStrategies") | moved


_OF_REPOSITORY = ("RepositoryPolicyText", "LifecyclePolicy", "EmptyOnDelete", "Tags")


def _repository(hands: Hands, given: Properties) -> Made:
    wanted = {"RepositoryName": hands.name.lower()} | without(given, *_OF_REPOSITORY[:-1])
    answer = hands.call("ecr", "create_repository", wanted)["repository"]
    return _permitting(hands, answer, given)


def _permitting(hands: Hands, repository: Properties, given: Properties) -> Made:
    """A repository with the policy that the template gives it, or none."""
    name = {"RepositoryName": repository["repositoryName"]}
    if "RepositoryPolicyText" in given:
        policy = {**name, "PolicyText": given["RepositoryPolicyText"]}
        hands.call("ecr", "set_repository_policy", policy)

    def change(other: Properties) -> Made | None:
        if without(other, *_OF_REPOSITORY) != without(given, *_OF_REPOSITORY):
            return None
        if "RepositoryPolicyText" in given:
            hands.call("ecr", "delete_repository_policy", name)
        return _permitting(hands, repository, other)

    undo = partial(hands.call, "ecr", "delete_repository", {**name, "Force": True})
    attributes = {"Arn": repository["repositoryArn"], "RepositoryUri": repository["repositoryUri"]}
    return Made(repository["repositoryName"], undo, attributes, change)


MAKERS: dict[str, Maker] = {
    "AWS::ECS::Cluster": plain(
        "ecs",
        "create_cluster",
        "cluster.clusterName",
        named="ClusterName",
        undo=("delete_cluster", "Cluster"),
        attributes={"Arn": "cluster.clusterArn"},
        unheard=("ClusterSettings",),
    ),
    "AWS::ECS::ClusterCapacityProviderAssociations": lambda hands, given: Made(
        hands.call("ecs", "put_cluster_capacity_providers", given)["cluster"]["clusterName"]
    ),
    "AWS::ECS::TaskDefinition": _task_definition,
    "AWS::ECS::Service": _service,
    "AWS::ECR::Repository": _repository,
    "AWS::ECR::PullThroughCacheRule": plain(
        "ecr",
        "create_pull_through_cache_rule",
        "ecrRepositoryPrefix",
        undo=("delete_pull_through_cache_rule", "EcrRepositoryPrefix"),
    ),
}
