"""docs/deploy: the template is sound, its roles are least, and what it runs the probe takes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import cfnlint.decode
import pytest

from probe import hand

TEMPLATE = Path(__file__).resolve().parents[1] / "docs/deploy/smoke-test.yaml"
RESOURCES: dict[str, Any] = cfnlint.decode.decode(str(TEMPLATE))[0]["Resources"]
PARAMETERS: dict[str, Any] = cfnlint.decode.decode(str(TEMPLATE))[0]["Parameters"]
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
    names = RESOURCES["Run"]["Properties"]["EventPattern"]["detail"]["eventName"]
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


def test_a_probe_that_cannot_start_is_a_failure() -> None:
    """It has no exit code, and neither that nor another code than 0 goes unheard."""
    heard = RESOURCES["OnFailure"]["Properties"]["EventPattern"]["detail"]["$or"]
    codes = [one["containers"]["exitCode"] for one in heard]
    assert [[{"anything-but": 0}], [{"exists": False}]] == codes
