"""docs/deploy: the template is sound, its roles are least, and what it runs the probe takes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from probe import hand
from tests.event_patterns import PARAMETERS, RESOURCES, TEMPLATE, matches, of_rule

GIVEN = {"AWS::Region": "us-east-1", "AWS::AccountId": "123456789012"}


def test_cfn_lint_has_nothing_to_say() -> None:
    """Neither errors nor warnings."""
    linter = Path(sys.executable).with_name("cfn-lint")
    linted = subprocess.run([linter, str(TEMPLATE)], capture_output=True, text=True, check=False)
    assert (0, "", "") == (linted.returncode, linted.stdout, linted.stderr)


def command(**given: str) -> list[str]:
    """The container's command with a stack's parameters, the defaults where none is given."""
    (container,) = RESOURCES["Definition"]["Properties"]["ContainerDefinitions"]
    defaults = {name: one.get("Default", "") for name, one in PARAMETERS.items()}
    values = GIVEN | defaults | given
    return [word if isinstance(word, str) else values[word["Ref"]] for word in container["Command"]]


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({}, ["ecr.api", "ecr.dkr", "s3", "logs"]),
        (
            {
                "Services": "s3",
                "Hosts": "db.internal:5432,a.example.com:443",
                "ExpectBlocked": "b.internal:22",
            },
            ["s3", "db.internal:5432", "a.example.com:443", "b.internal:22 (blocked)"],
        ),
    ],
    ids=["defaults", "everything"],
)
def test_the_probe_takes_the_containers_command(given: dict[str, str], names: list[str]) -> None:
    """An empty parameter asks for nothing; lists come by comma, as parameters do."""
    assert names == [target.name for target in hand.work(command(**given)).targets]


def test_each_subnet_has_a_task_of_its_own() -> None:
    """ECS chooses one of several subnets; a rule of three targets measures all three."""
    targets = [one.get("Fn::If", [None, one])[1] for one in RESOURCES["Run"]["Properties"]["Targets"]]
    asked = [one["EcsParameters"]["NetworkConfiguration"]["AwsVpcConfiguration"] for one in targets]
    assert [[{"Ref": f"Subnet{letter}"}] for letter in "ABC"] == [one["Subnets"] for one in asked]


def test_a_run_asks_for_no_run() -> None:
    """What a task's own start does to the network is not among the changes that start one."""
    names = of_rule("Run")["detail"]["eventName"]
    interfaces = [one for one in names if "NetworkInterface" in str(one)]
    assert ([], True) == (interfaces, len(names) > 10)


def test_the_roles_are_least() -> None:
    """Nothing is allowed on everything but ECR's token, which has no resource of its own."""
    allowed = [
        (statement["Action"], statement["Resource"])
        for name in ("ExecutionRole", "RunRole")
        for policy in RESOURCES[name]["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    assert ["ecr:GetAuthorizationToken"] == [action for action, resource in allowed if resource == "*"]
    assert [
        "ecr:GetAuthorizationToken",
        ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        "ecs:RunTask",
        "iam:PassRole",
    ] == [action for action, _ in allowed]


LONGEST = 2_048
"""Characters of an event pattern: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"""

CHANGES = of_rule("Run")


def told(event_name: str, source: str = "ec2", **detail: str) -> dict[str, Any]:
    """A management event as CloudTrail hands it to EventBridge.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
    """
    call = {"eventSource": f"{source}.amazonaws.com", "eventName": event_name, "awsRegion": "us-east-1"}
    return {
        "detail-type": "AWS API Call via CloudTrail",
        "source": f"aws.{source}",
        "account": "123456789012",
        "detail": call | detail,
    }


@pytest.mark.parametrize(
    ("event", "runs"),
    [
        pytest.param(told("RevokeSecurityGroupIngress"), True, id="group"),
        pytest.param(told("ReplaceNetworkAclEntry"), True, id="acl"),
        pytest.param(told("DeleteRoute"), True, id="route"),
        pytest.param(told("ModifyVpcEndpoint"), True, id="endpoint"),
        pytest.param(told("DisassociateResolverRule", "route53resolver"), True, id="resolver"),
        pytest.param(told("DeleteRoute", errorCode="Client.UnauthorizedOperation"), False, id="refused"),
        pytest.param(told("CreateNetworkInterface"), False, id="a-runs-own-interface"),
        pytest.param(told("DescribeVpcEndpoints"), False, id="a-look"),
        pytest.param(told("CreateRoute", "apigateway"), False, id="another-services-route"),
    ],
)
def test_a_change_of_the_network_asks_for_a_run(event: dict[str, Any], *, runs: bool) -> None:
    """One that was made; neither one that AWS refused nor what only looks."""
    assert runs is matches(CHANGES, event)


def test_the_changes_are_calls_of_aws() -> None:
    """An event's name is its operation's, so that a name which no API has would wait for ever."""
    services = [one.removesuffix(".amazonaws.com") for one in CHANGES["detail"]["eventSource"]]
    loader = botocore.session.get_session()
    calls = {name for one in services for name in loader.get_service_model(one).operation_names}
    names = [one if isinstance(one, str) else one["prefix"] for one in CHANGES["detail"]["eventName"]]
    whole = {one for one in CHANGES["detail"]["eventName"] if isinstance(one, str)}
    known = [name for name in names if any(call.startswith(name) for call in calls)]
    assert (names, set(), len(names)) == (known, whole - calls, len(set(names)))


def test_eventbridge_takes_the_patterns() -> None:
    """Neither is longer than a rule may be."""
    written = [json.dumps(of_rule(name)) for name in ("Run", "OnFailure")]
    assert [True, True] == [len(one) <= LONGEST for one in written]


def ended(*codes: int | None, **task: str) -> dict[str, Any]:
    """A task's change of state, whose detail is what ``DescribeTasks`` says of it.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
    """
    containers = [{"name": "probe", "exitCode": code} if code is not None else {} for code in codes]
    detail = {"lastStatus": "STOPPED", "taskDefinitionArn": "smoke-probe:1", "containers": containers}
    return {"source": "aws.ecs", "detail-type": "ECS Task State Change", "detail": detail | task}


@pytest.mark.parametrize(
    ("event", "heard"),
    [
        pytest.param(ended(0), False, id="healthy"),
        pytest.param(ended(12), True, id="broken"),
        pytest.param(ended(137), True, id="killed"),
        pytest.param(ended(None), True, id="could-not-start"),
        pytest.param(ended(12, lastStatus="DEPROVISIONING"), False, id="not-stopped-yet"),
        pytest.param(ended(12, taskDefinitionArn="checkout:7"), False, id="somebody-elses"),
    ],
)
def test_whatever_is_no_success_is_heard(event: dict[str, Any], *, heard: bool) -> None:
    """A probe that ended with another code than 0, once, and one that could not start and has none."""
    assert heard is matches(of_rule("OnFailure", "smoke-probe:1"), event)
