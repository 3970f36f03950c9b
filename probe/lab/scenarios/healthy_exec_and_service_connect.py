"""ECS Exec, with a key of its own, and Service Connect over endpoints of their own."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"
ENDPOINTS = ("ecr.api", "ecr.dkr", "logs", "secretsmanager", "s3", "kms", "ssmmessages", "ecs-agent")


def build(aws: Any) -> None:
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    configuration = {"executeCommandConfiguration": {"kmsKeyId": key, "logging": "DEFAULT"}}
    connect = {
        "enabled": True,
        "namespace": "shop",
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": "/ecs/checkout",
                "awslogs-region": "us-east-1",
                "awslogs-stream-prefix": "connect",
            },
        },
    }
    options = {"enableExecuteCommand": True, "serviceConnectConfiguration": connect}
    aws.client("ecs").create_cluster(clusterName=CLUSTER, configuration=configuration)
    world.service(aws, world.private_vpc(aws, endpoints=ENDPOINTS), options=options)


EXPECT = expect(exit_code=0)
