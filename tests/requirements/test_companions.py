"""What a service runs beside its containers, from the service to the targets and the requests."""

from __future__ import annotations

from typing import Any

import pytest

from probe import plan, requirements
from probe.launch import companions
from probe.model import Spec
from tests.builders.cases import spec

LOGS = {"logDriver": "awslogs", "options": {"awslogs-group": "/connect", "awslogs-region": "us-east-1"}}
NOTHING = requirements.needs({}, region="us-east-1", account="123456789012")


def targets(service: Spec) -> dict[str, tuple[bool, bool, str]]:
    """What the service makes needed and wanted, by name, with the host that is dialled."""
    needs = requirements.of_service(NOTHING, service).requirements
    found = plan.targets(needs, region=service.region, account=service.account)
    return {one.name: (one.needed, one.wanted, one.host) for one in found if one.needed or one.wanted}


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        ({}, {}),
        (
            {"execute_command": {}},
            {"ssmmessages": (False, True, "ssmmessages.us-east-1.amazonaws.com")},
        ),
        (
            {"execute_command": {"kms": "key", "bucket": "sessions"}},
            {
                "s3": (False, True, "prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com"),
                "kms": (False, True, "kms.us-east-1.amazonaws.com"),
                "ssmmessages": (False, True, "ssmmessages.us-east-1.amazonaws.com"),
            },
        ),
        (
            {"service_connect": LOGS},
            {
                "logs": (True, False, "logs.us-east-1.amazonaws.com"),
                "ecs-agent": (True, False, "ecs-sc.us-east-1.api.aws"),
            },
        ),
    ],
    ids=["neither", "exec", "exec-logs-elsewhere", "service-connect"],
)
def test_what_runs_beside_the_containers_has_targets(
    beside: dict[str, Any], expected: dict[str, tuple[bool, bool, str]]
) -> None:
    """A start goes without ECS Exec, and waits for Service Connect's proxy and its log stream."""
    assert expected == targets(spec(**beside))


@pytest.mark.parametrize(
    ("configured", "expected"),
    [
        ({}, {}),
        ({"kmsKeyId": "key", "logging": "DEFAULT"}, {"kms": "key"}),
        ({"logging": "NONE", "logConfiguration": {"s3BucketName": "b"}}, {}),
        (
            {
                "logging": "OVERRIDE",
                "logConfiguration": {"cloudWatchLogGroupName": "/exec", "s3BucketName": "b"},
            },
            {"log_group": "/exec", "bucket": "b"},
        ),
    ],
    ids=["nothing", "key", "none", "override"],
)
def test_the_cluster_says_what_exec_uses(configured: dict[str, Any], expected: dict[str, str]) -> None:
    """Sessions are logged elsewhere only where the cluster overrides where they are."""
    cluster = {"configuration": {"executeCommandConfiguration": configured}}

    class Ecs:
        def describe_clusters(self, **_: Any) -> dict[str, Any]:
            return {"clusters": [cluster]}

    service = {"enableExecuteCommand": True, "clusterArn": "prod"}
    assert expected == companions.execute_command(Ecs(), service, print)


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        (None, None),
        ({"enabled": False}, None),
        ({"enabled": True}, {}),
        ({"enabled": True, "logConfiguration": LOGS}, LOGS),
    ],
    ids=["absent", "off", "on", "logs"],
)
def test_service_connect_is_on_or_off(configuration: Any, expected: Any) -> None:
    """Its proxy's log configuration is a container's."""
    assert expected == companions.service_connect(configuration)
