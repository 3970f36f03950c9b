"""What a person does with docs/deploy/smoke-test.yaml in a lab's seat: deploy it, and run what it made.

Started by the lab: ``python tests/lab/deploying.py HOSTS``.  Writes one JSON object to stdout: what
ECS says of the probe's task in each subnet once it has ended.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import boto3

from tests.lab.rehearsal import told

TEMPLATE = Path(__file__).resolve().parents[2] / "docs/deploy/smoke-test.yaml"
PATIENCE = 90
"""Seconds until a task has to have stopped."""


def main() -> None:
    """Deploy, and run the definition in each subnet as the rule's targets do: the lab has no EventBridge."""
    session = boto3.Session()
    given = parameters(session, sys.argv[1])
    session.client("cloudformation").create_stack(
        StackName="smoke",
        TemplateBody=TEMPLATE.read_text(),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    ecs = session.client("ecs")
    (definition,) = ecs.list_task_definitions(familyPrefix="smoke-probe")["taskDefinitionArns"]
    subnets = (given["SubnetA"], given["SubnetB"])
    tasks = [_ended(ecs, definition, subnet, given["SecurityGroups"]) for subnet in subnets]
    told("ended", {"definition": definition, "tasks": json.loads(json.dumps(tasks, default=str))})


def parameters(session: Any, hosts: str) -> dict[str, str]:
    """The template's parameters for the network that the scenario made."""
    ec2, image = session.client("ec2"), os.environ["RUN_PROBE_IMAGE"]
    named = [{"Name": "tag-key", "Values": ["Name"]}]
    subnets = [one["SubnetId"] for one in ec2.describe_subnets(Filters=named)["Subnets"]]
    groups = {one["GroupName"]: one["GroupId"] for one in ec2.describe_security_groups()["SecurityGroups"]}
    return {
        "Image": image,
        "Repository": image.partition("/")[2].partition(":")[0],
        "Cluster": "prod",
        "SubnetA": subnets[0],
        "SubnetB": subnets[1],
        "SecurityGroups": groups["service"],
        "Hosts": hosts,
    }


def _ended(ecs: Any, definition: str, subnet: str, group: str) -> dict[str, Any]:
    """One task from its start to its end."""
    network = {"subnets": [subnet], "securityGroups": [group], "assignPublicIp": "DISABLED"}
    (task,) = ecs.run_task(
        cluster="prod",
        taskDefinition=definition,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": network},
    )["tasks"]
    asked = {"cluster": "prod", "tasks": [task["taskArn"]]}
    ecs.get_waiter("tasks_stopped").wait(**asked, WaiterConfig={"Delay": 1, "MaxAttempts": PATIENCE})
    (ended,) = ecs.describe_tasks(**asked)["tasks"]
    return dict(ended)


if __name__ == "__main__":
    main()
