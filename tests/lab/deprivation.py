"""Each mode by a caller who has exactly its policy, and by callers who lack one action of it.

Started by the lab: ``python tests/lab/deprivation.py``.  Writes one JSON object a line to stdout:
``MODE`` or ``MODE ACTION``, and how run-probe ended.
"""

from __future__ import annotations

import io
import json
import secrets
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3

from tests.lab.rehearsal import commanded, probed, told
from tests.lab.rights import MODES, SERVICE, Mode

AT_ONCE = 5
"""Most of a run is waiting for its task."""


def main() -> None:
    """The modes one after another; within one, several callers at once unless they would meet."""
    leave_behind()
    found = names()
    for name, mode in MODES.items():
        with ThreadPoolExecutor(1 if mode.alone else AT_ONCE) as pool:
            asked = {action: pool.submit(_run, name, mode, action, found) for action in ("", *mode.actions())}
            for action, run in asked.items():
                told(f"{name} {action}".strip(), run.result())


def names() -> dict[str, str]:
    """What the lab calls the things that arguments speak of: a task of the service, and its place."""
    ecs = boto3.client("ecs")
    service = ecs.describe_services(cluster="prod", services=[SERVICE])["services"][0]
    place = service["networkConfiguration"]["awsvpcConfiguration"]
    definition = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    stopped = ecs.list_tasks(cluster="prod", serviceName=SERVICE, desiredStatus="STOPPED")["taskArns"]
    return {
        "task": stopped[0],
        "subnet": place["subnets"][0],
        "group": place["securityGroups"][0],
        "role": definition["executionRoleArn"],
    }


def _run(name: str, mode: Mode, action: str, found: dict[str, str]) -> dict[str, Any]:
    """A run by a new user who has the mode's policy without this action."""
    keys = _keys(f"{name}-{action.replace(':', '-')}", mode.policy(without=action))
    if mode.alone:
        leave_behind()
    arguments = [one.format(**found) for one in mode.arguments]
    return (commanded if arguments[0] == "cleanup" else probed)(*arguments, **keys)


def _keys(user: str, policy: str) -> dict[str, str]:
    iam = boto3.client("iam")
    iam.create_user(UserName=user)
    iam.put_user_policy(UserName=user, PolicyName="exactly", PolicyDocument=policy)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


def leave_behind() -> None:
    """One of each thing that a killed run can leave, with a run's tag."""
    run = secrets.token_hex(4)
    for make in (_task, _definition, _role, _stream, _log_group, _function):
        make(run)


def _task(run: str) -> None:
    """A task of the family, which goes on until it is stopped."""
    ecs = boto3.client("ecs")
    service = ecs.describe_services(cluster="prod", services=["checkout"])["services"][0]
    ecs.run_task(
        cluster="prod",
        taskDefinition=_registered(run, service["taskDefinition"]),
        launchType="FARGATE",
        networkConfiguration=service["networkConfiguration"],
        tags=[{"key": "run-probe", "value": run}],
    )


def _definition(run: str) -> None:
    """A revision that was deregistered, and not deleted."""
    ecs = boto3.client("ecs")
    service = ecs.describe_services(cluster="prod", services=["checkout"])["services"][0]
    ecs.deregister_task_definition(taskDefinition=_registered(run, service["taskDefinition"]))


def _registered(run: str, name: str) -> str:
    """The ARN of a definition of the family like another one."""
    ecs = boto3.client("ecs")
    like = ecs.describe_task_definition(taskDefinition=name)["taskDefinition"]
    same = ("networkMode", "requiresCompatibilities", "cpu", "memory", "executionRoleArn")
    made = ecs.register_task_definition(
        **{key: like[key] for key in same},
        family="run-probe",
        containerDefinitions=[{"name": "probe", "image": like["containerDefinitions"][0]["image"]}],
        tags=[{"key": "run-probe", "value": run}],
    )
    return str(made["taskDefinition"]["taskDefinitionArn"])


def _role(run: str) -> None:
    iam, name = boto3.client("iam"), f"run-probe-{run}"
    allow = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    trust = {
        "Version": "2012-10-17",
        "Statement": [allow | {"Principal": {"Service": "lambda.amazonaws.com"}}],
    }
    policy = {"Version": "2012-10-17", "Statement": [allow | {"Resource": "*"}]}
    tags = [{"Key": "run-probe", "Value": run}]
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust), Tags=tags)
    iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=json.dumps(policy))
    iam.attach_role_policy(RoleName=name, PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")


def _stream(run: str) -> None:
    name = f"app/checkout/probe-{run}-subnet-0a1b"
    boto3.client("logs").create_log_stream(logGroupName="/ecs/checkout", logStreamName=name)


def _log_group(run: str) -> None:
    boto3.client("logs").create_log_group(logGroupName=f"/aws/lambda/run-probe-{run}-subnet-0a1b")


def _function(run: str) -> None:
    """A function in the service's subnets, whose code is never run."""
    ecs = boto3.client("ecs")
    service = ecs.describe_services(cluster="prod", services=["checkout"])["services"][0]
    place = service["networkConfiguration"]["awsvpcConfiguration"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as package:
        package.writestr("lambda_function.py", "def handler(event, context):\n    return event\n")
    client, name = boto3.client("lambda"), f"run-probe-{run}-subnet-0a1b"
    client.create_function(
        FunctionName=name,
        Runtime=f"python{sys.version_info.major}.{sys.version_info.minor}",
        Role=boto3.client("iam").get_role(RoleName="run-probe-function")["Role"]["Arn"],
        Handler="lambda_function.handler",
        Code={"ZipFile": code.getvalue()},
        VpcConfig={"SubnetIds": place["subnets"], "SecurityGroupIds": place["securityGroups"]},
        Tags={"run-probe": run},
    )
    client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})


if __name__ == "__main__":
    main()
