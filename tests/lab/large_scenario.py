"""A definition as large as they come: ten containers, sixty secrets and 45 parameters in three regions.

One of the parameters may not be read, so that its batch is refused and has to be asked for singly.
"""

from __future__ import annotations

import json
from typing import Any

from probe.lab import world

CLUSTER, SERVICE = "prod", "checkout"
HOME, *OTHERS = REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-2")
CONTAINERS, SECRETS, PARAMETERS = 10, 60, 45
DENIED = "/checkout/secret/44"


def build(aws: Any) -> None:
    net = world.nat_vpc(aws, azs=1)
    wanted = [*_secrets(aws), *_parameters(aws)]
    policy = world.execution_policy(
        also={"arn:aws:ssm:*:*:parameter/checkout/plain/*": ("ssm:GetParameters",)}
    )
    made = world.service(aws, net, policy=policy)
    ecs = aws.client("ecs")
    like = ecs.describe_task_definition(taskDefinition=made.task_definition)["taskDefinition"]
    first = like["containerDefinitions"][0]
    containers = [
        {**first, "name": f"part-{number}", "secrets": wanted[number::CONTAINERS]}
        for number in range(CONTAINERS)
    ]
    kept = ("family", "networkMode", "requiresCompatibilities", "cpu", "memory", "executionRoleArn")
    larger = ecs.register_task_definition(
        **{key: like[key] for key in kept}, containerDefinitions=containers
    )["taskDefinition"]["taskDefinitionArn"]
    ecs.update_service(cluster=CLUSTER, service=SERVICE, taskDefinition=larger)


def _secrets(aws: Any) -> list[dict[str, str]]:
    """Twenty of each region, every fourth referred to by its key."""
    found = []
    for number in range(SECRETS):
        secrets = aws.client("secretsmanager", region_name=REGIONS[number % 3])
        value = json.dumps({"key": f"value {number}"})
        arn = secrets.create_secret(Name=f"checkout/{number}", SecretString=value)["ARN"]
        found.append({"name": f"S{number}", "valueFrom": arn if number % 4 else f"{arn}:key::"})
    return found


def _parameters(aws: Any) -> list[dict[str, str]]:
    """Fifteen of each region, by name at home and by ARN elsewhere."""
    found = []
    for number in range(PARAMETERS):
        region = REGIONS[number % 3]
        name = DENIED if number == PARAMETERS - 1 else f"/checkout/plain/{number}"
        aws.client("ssm", region_name=region).put_parameter(Name=name, Value="v", Type="SecureString")
        arn = f"arn:aws:ssm:{region}:123456789012:parameter{name}"
        found.append({"name": f"P{number}", "valueFrom": name if region == HOME else arn})
    return found
