"""ECS to Spec: the failing revision, with everything that decides reachability; refusals in one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from probe.launch import spec
from probe.launch.refused import RefusedError
from probe.model import Spec
from tests.clients import Answer, answering

ARN = "arn:aws:ecs:us-east-1:123456789012"
CLUSTER, SERVICE = f"{ARN}:cluster/prod", f"{ARN}:service/prod/checkout"
OLD, NEW = f"{ARN}:task-definition/checkout:1", f"{ARN}:task-definition/checkout:2"
NETWORK = {
    "awsvpcConfiguration": {
        "subnets": ["subnet-a", "subnet-b"],
        "securityGroups": ["sg-1"],
        "assignPublicIp": "ENABLED",
    }
}
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/checkout"
DIGEST = "sha256:" + "0" * 64
SERVICE_OF_OLD: dict[str, Any] = {
    "serviceArn": SERVICE,
    "serviceName": "checkout",
    "clusterArn": CLUSTER,
    "status": "ACTIVE",
    "launchType": "FARGATE",
    "taskDefinition": OLD,
    "networkConfiguration": NETWORK,
    "deployments": [
        {"status": "PRIMARY", "taskDefinition": OLD, "networkConfiguration": NETWORK, "launchType": "FARGATE"}
    ],
}


class Session(NamedTuple):
    """A session whose only client is the one that the test stubbed."""

    only: Any
    region_name: str = "us-east-1"

    def client(self, _: str) -> Any:
        return self.only


def described(**parts: Any) -> Answer:
    asked = {"cluster": "prod", "services": ["checkout"]}
    return Answer("describe_services", asked, {"services": [SERVICE_OF_OLD | parts]})


def deployments(status: str | None = None) -> Answer:
    asked = {"cluster": CLUSTER, "service": SERVICE, "maxResults": 1}
    listed = [{"status": status, "targetServiceRevisionArn": f"{ARN}:service-revision/prod/checkout/2"}]
    return Answer("list_service_deployments", asked, {"serviceDeployments": listed if status else []})


def revision(task_definition: str) -> Answer:
    asked = {"serviceRevisionArns": [f"{ARN}:service-revision/prod/checkout/2"]}
    image = {"containerName": "app", "image": f"{IMAGE}:1", "imageDigest": DIGEST}
    found = {
        "taskDefinition": task_definition,
        "networkConfiguration": NETWORK,
        "launchType": "FARGATE",
        "platformVersion": "1.4.0",
        "containerImages": [image],
    }
    return Answer("describe_service_revisions", asked, {"serviceRevisions": [found]})


def definition(arn: str = OLD, **parts: Any) -> Answer:
    found = {"taskDefinitionArn": arn, "executionRoleArn": "arn:aws:iam::123456789012:role/exec", **parts}
    return Answer("describe_task_definition", {"taskDefinition": arn}, {"taskDefinition": found})


def stopped(*tasks: dict[str, Any]) -> list[Answer]:
    arns = [task["taskArn"] for task in tasks]
    asked = {"cluster": "prod", "serviceName": "checkout", "desiredStatus": "STOPPED"}
    listed = Answer("list_tasks", asked, {"taskArns": arns})
    shown = Answer("describe_tasks", {"cluster": "prod", "tasks": arns}, {"tasks": list(tasks)})
    return [listed, shown] if tasks else [listed]


def read(answers: Sequence[Answer], tell: Callable[[str], None] = lambda _: None) -> Spec:
    with answering("ecs", answers) as ecs:
        return spec.read(Session(ecs), cluster="prod", service="checkout", tell=tell)[0]


def test_everything_that_decides_reachability_is_copied() -> None:
    """Subnets, groups, public address, launch type, platform and roles are the service's own."""
    platform = {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"}
    found = read([described(), deployments(), definition(runtimePlatform=platform), *stopped()])
    assert found == Spec(
        region="us-east-1",
        account="123456789012",
        cluster="prod",
        service="checkout",
        task_definition=OLD,
        subnets=("subnet-a", "subnet-b"),
        security_groups=("sg-1",),
        assign_public_ip=True,
        launch_type="FARGATE",
        architecture="ARM64",
        execution_role="arn:aws:iam::123456789012:role/exec",
    )


@pytest.mark.parametrize("status", ["ROLLBACK_SUCCESSFUL", "ROLLBACK_IN_PROGRESS", "ROLLBACK_FAILED"])
def test_after_a_rollback_the_failing_revision_is_the_one_that_was_rolled_back(status: str) -> None:
    """The live service is healthy again; what failed is another definition, with its digests pinned."""
    found = read([described(), deployments(status), revision(NEW), definition(NEW), *stopped()])
    assert (NEW, {"app": f"{IMAGE}@{DIGEST}"}, "1.4.0") == (
        found.task_definition,
        found.images,
        found.platform_version,
    )


def test_a_deployment_that_failed_is_preferred_to_the_primary_one() -> None:
    """DescribeServices alone shows it, where service deployments cannot be read."""
    failed = {"status": "ACTIVE", "rolloutState": "FAILED", "taskDefinition": NEW}
    both = [*SERVICE_OF_OLD["deployments"], failed]
    refused = Answer(*deployments()[:2], code="AccessDeniedException", words="no")
    told: list[str] = []
    found = read([described(deployments=both), refused, definition(NEW), *stopped()], told.append)
    assert (NEW, ("subnet-a", "subnet-b"), 1) == (found.task_definition, found.subnets, len(told))


def test_a_running_deployment_has_its_digests_pinned_too() -> None:
    """The tag may exist while the digest that the revision pinned is gone."""
    found = read([described(), deployments("IN_PROGRESS"), revision(OLD), definition(), *stopped()])
    assert {"app": f"{IMAGE}@{DIGEST}"} == found.images


def test_the_stopped_tasks_come_with_their_reasons_latest_first() -> None:
    """ECS shows them for about an hour."""
    tasks = [
        {
            "taskArn": f"{ARN}:task/{day}",
            "stoppedReason": "why",
            "stoppedAt": datetime(2026, 1, day, tzinfo=UTC),
        }
        for day in (1, 2)
    ]
    found = read([described(), deployments(), definition(), *stopped(*tasks)])
    assert [f"{ARN}:task/2", f"{ARN}:task/1"] == [stop.task for stop in found.stops]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (
            [Answer(*described()[:2], {"services": [], "failures": [{"reason": "MISSING"}]})],
            "cannot read service checkout: cluster prod has no such service",
        ),
        (
            [described(status="INACTIVE")],
            "cannot read service checkout: cluster prod has no such service",
        ),
        (
            [Answer(*described()[:2], code="ClusterNotFoundException", words="Cluster not found.")],
            "cannot read service checkout: there is no cluster prod in this region",
        ),
        (
            [Answer(*described()[:2], code="ExpiredTokenException", words="expired")],
            "cannot read service checkout: the credentials have expired",
        ),
        (
            [Answer(*described()[:2], code="AccessDeniedException", words="no")],
            "cannot read service checkout: ecs:DescribeServices on service/prod/checkout is denied",
        ),
        (
            [described(launchType="EC2", deployments=[]), deployments()],
            "cannot probe service checkout: it has launch type EC2",
        ),
        (
            [
                described(
                    deployments=[
                        {"status": "PRIMARY", "capacityProviderStrategy": [{"capacityProvider": "asg"}]}
                    ]
                ),
                deployments(),
            ],
            "cannot probe service checkout: its capacity provider asg is not Fargate's",
        ),
        (
            [described(networkConfiguration={}, deployments=[]), deployments()],
            "cannot probe service checkout: it has no networkConfiguration",
        ),
        (
            [described(), deployments(), Answer(*definition()[:2], code="AccessDeniedException", words="no")],
            f"cannot read task definition {OLD}: ecs:DescribeTaskDefinition on {OLD} is denied",
        ),
    ],
    ids=["service", "inactive", "cluster", "expired", "denied", "ec2", "provider", "network", "definition"],
)
def test_what_cannot_be_probed_says_why_and_what_to_do(answers: list[Answer], expected: str) -> None:
    """One line, ``{what happened}: {why}``, and advice besides; nothing was started."""
    with pytest.raises(RefusedError) as refused:
        read(answers)
    assert (True, True) == (str(refused.value).startswith(expected), bool(refused.value.advice))


@pytest.mark.parametrize(
    ("own", "images"), [(OLD, {"app": f"{IMAGE}@{DIGEST}"}), (NEW, {})], ids=["the same", "another"]
)
def test_digests_are_those_of_the_tasks_own_definition(own: str, images: dict[str, str]) -> None:
    """What the service's revision pinned says nothing of a task of another definition."""
    task = {"taskArn": f"{ARN}:task/1", "group": "service:checkout", "taskDefinitionArn": own}
    answers = [
        Answer("describe_tasks", {"cluster": "prod", "tasks": ["1"]}, {"tasks": [task]}),
        *[described(), deployments("IN_PROGRESS"), revision(OLD), definition(), *stopped()],
        definition(own),
    ]
    with answering("ecs", answers) as ecs:
        found, _ = spec.read_task(Session(ecs), cluster="prod", task="1", tell=lambda _: None)
    assert images == found.images


def test_one_task_is_probed_in_its_own_subnet_with_its_own_definition() -> None:
    """Its service gives the groups, which DescribeTasks does not show."""
    task = {
        "taskArn": f"{ARN}:task/1",
        "group": "service:checkout",
        "taskDefinitionArn": NEW,
        "stoppedReason": "why",
        "attachments": [{"details": [{"name": "subnetId", "value": "subnet-b"}]}],
    }
    answers = [
        Answer("describe_tasks", {"cluster": "prod", "tasks": ["1"]}, {"tasks": [task]}),
        *[described(), deployments(), definition(), *stopped()],
        definition(NEW),
    ]
    with answering("ecs", answers) as ecs:
        found, _ = spec.read_task(Session(ecs), cluster="prod", task="1", tell=lambda _: None)
    assert (NEW, ("subnet-b",), ("sg-1",), "why") == (
        found.task_definition,
        found.subnets,
        found.security_groups,
        found.stops[0].reason,
    )
