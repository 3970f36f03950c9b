"""A service and its definition that the plan's tests start from."""

from __future__ import annotations

from typing import Any

from probe import requirements
from probe.model import Requirement, Spec

REGION, ACCOUNT = "us-east-1", "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/checkout-execution"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/run-probe:1"
SERVICE_IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/checkout:1"

SPEC = Spec(
    region=REGION,
    account=ACCOUNT,
    cluster="prod",
    service="checkout",
    subnets=("subnet-a", "subnet-b"),
    security_groups=("sg-1",),
    platform_version="1.4.0",
    launch_type="FARGATE",
    execution_role=ROLE,
)


def secret(name: str, region: str = REGION) -> str:
    return f"arn:aws:secretsmanager:{region}:{ACCOUNT}:secret:{name}"


def needs(secrets: tuple[str, ...] = (), **parts: Any) -> tuple[Requirement, ...]:
    """The requirements of one container that reads these secrets and logs to /ecs/checkout."""
    container = {
        "name": "app",
        "image": SERVICE_IMAGE,
        "secrets": [{"name": f"V{number}", "valueFrom": written} for number, written in enumerate(secrets)],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": "/ecs/checkout",
                "awslogs-region": REGION,
                "awslogs-stream-prefix": "ecs",
            },
        },
        **parts,
    }
    definition = {"family": "checkout", "containerDefinitions": [container]}
    return requirements.needs(definition, region=REGION, account=ACCOUNT).requirements
