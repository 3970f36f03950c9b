"""A service as people deploy it: image in ECR, one secret, awslogs, an execution role scoped to them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from probe.lab.registry import push_image
from probe.lab.world.networks import Network

_TASKS = "ecs-tasks.amazonaws.com"
PROBE_ENTRYPOINT = ("python", "-m", "probe")
PROBE_CONFIG = {"User": "65532:65532", "Volumes": {"/results": {}}}
"""What the Dockerfile says, so that a task's volume is the probe's to write to, on Fargate and here."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """The names, ARNs and URIs of a service."""

    cluster: str
    name: str
    task_definition: str
    execution_role: str
    secret: str
    log_group: str
    image: str


def service(  # noqa: PLR0913 - a scenario names the part that it changes
    aws: Any,
    net: Network,
    *,
    name: str = "checkout",
    cluster: str = "prod",
    secret: str | None = None,
    policy: Mapping[str, Any] | None = None,
    container: Mapping[str, Any] | None = None,
    definition: Mapping[str, Any] | None = None,
    options: Mapping[str, Any] | None = None,
) -> Service:
    """Everything of a service and the service itself, with one task wanted.

    ``secret`` is the ARN that ``DB_PASSWORD`` refers to (made when not given), ``policy`` the execution
    role's.  ``container``, ``definition`` and ``options`` are laid over the container definition,
    RegisterTaskDefinition's and CreateService's parameters.
    """
    reference = secret or _secret(aws, f"{name}/db-password")
    group = f"/ecs/{name}"
    aws.client("logs").create_log_group(logGroupName=group)
    role = execution_role(aws, f"{name}-execution", policy or execution_policy(name))
    image = _image(aws, name)
    written = _container(name, image, reference, group, aws.region_name) | dict(container or {})
    ecs = aws.client("ecs")
    wanted = _definition(name, role, written) | dict(definition or {})
    registered = ecs.register_task_definition(**wanted)["taskDefinition"]["taskDefinitionArn"]
    asked = _service(name, cluster, registered, net) | dict(options or {})
    providers = [one["capacityProvider"] for one in asked.get("capacityProviderStrategy", ())]
    ecs.create_cluster(clusterName=cluster, capacityProviders=providers)
    ecs.create_service(**{key: value for key, value in asked.items() if key != "launchType" or not providers})
    return Service(
        cluster=cluster,
        name=name,
        task_definition=registered,
        execution_role=role,
        secret=reference,
        log_group=group,
        image=image,
    )


def foundation(aws: Any, *, cluster: str = "prod", name: str = "tasks") -> str:
    """What tasks of a VPC without a service need besides it: a cluster, and a role, whose ARN is answered."""
    aws.client("ecs").create_cluster(clusterName=cluster)
    return execution_role(aws, name, execution_policy(name))


def execution_role(aws: Any, name: str, policy: Mapping[str, Any]) -> str:
    """A role that ECS tasks may take, with one inline policy.  Answers its ARN."""
    iam = aws.client("iam")
    trust = _document(_statement("sts:AssumeRole", Principal={"Service": _TASKS}))
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="start", PolicyDocument=json.dumps(policy))
    return str(role)


def execution_policy(
    name: str = "checkout",
    *,
    without: tuple[str, ...] = (),
    also: Mapping[str, tuple[str, ...]] | None = None,
) -> dict[str, Any]:
    """What a service's execution role usually may.

    ``without`` leaves actions out; ``also`` maps further resources to the actions on them.
    """
    pull = ("ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer")
    granted = [
        ("*", (*pull, "ecr:BatchGetImage")),
        (f"arn:aws:logs:*:*:log-group:/ecs/{name}:*", ("logs:CreateLogStream", "logs:PutLogEvents")),
        (f"arn:aws:secretsmanager:*:*:secret:{name}/*", ("secretsmanager:GetSecretValue",)),
        *(also or {}).items(),
    ]
    kept = ((resource, [one for one in actions if one not in without]) for resource, actions in granted)
    return _document(*(_statement(actions, Resource=resource) for resource, actions in kept if actions))


def push_probe_image(aws: Any, repository: str = "run-probe", tag: str = "lab") -> str:
    """The probe's own image, which stands in the lab's ECR like any other.  Answers its URI."""
    aws.client("ecr").create_repository(repositoryName=repository)
    platforms = ("linux/amd64", "linux/arm64")
    return push_image(
        aws, repository, tag, platforms=platforms, entrypoint=PROBE_ENTRYPOINT, config=PROBE_CONFIG
    )


def _image(aws: Any, name: str) -> str:
    aws.client("ecr").create_repository(repositoryName=name)
    return push_image(aws, name, "1.0")


def _secret(aws: Any, name: str) -> str:
    made = aws.client("secretsmanager").create_secret(Name=name, SecretString="correct horse battery staple")
    return str(made["ARN"])


def _container(name: str, image: str, secret: str, group: str, region: str) -> dict[str, Any]:
    options = {"awslogs-group": group, "awslogs-region": region, "awslogs-stream-prefix": "app"}
    return {
        "name": name,
        "image": image,
        "essential": True,
        "secrets": [{"name": "DB_PASSWORD", "valueFrom": secret}],
        "logConfiguration": {"logDriver": "awslogs", "options": options},
    }


def _definition(name: str, role: str, container: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "family": name,
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
        "executionRoleArn": role,
        "containerDefinitions": [dict(container)],
    }


def _service(name: str, cluster: str, task_definition: str, net: Network) -> dict[str, Any]:
    network = {
        "subnets": list(net.subnets),
        "securityGroups": [net.task_group],
        "assignPublicIp": "ENABLED" if net.assign_public_ip else "DISABLED",
    }
    return {
        "cluster": cluster,
        "serviceName": name,
        "taskDefinition": task_definition,
        "desiredCount": 1,
        "launchType": "FARGATE",
        "networkConfiguration": {"awsvpcConfiguration": network},
    }


def _document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _statement(action: str | list[str], **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, **more}
