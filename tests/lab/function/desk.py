"""A person at a lab's desk who makes functions in the service's subnets and group."""

from __future__ import annotations

import base64
import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.lab.function import packed

RUNTIME = f"python3.{sys.version_info.minor}"
SERVICES = ("secretsmanager.us-east-1.amazonaws.com", "s3.us-east-1.amazonaws.com")
NO_ENDPOINT = "sts.us-east-1.amazonaws.com"


class Desk:
    """The service's subnets and group, and the clients to work with them."""

    def __init__(self) -> None:
        patient = Config(retries={"total_max_attempts": 1}, read_timeout=30)
        self.functions, self.ec2 = boto3.client("lambda", config=patient), boto3.client("ec2")
        self.iam, self.logs = boto3.client("iam"), boto3.client("logs")
        service = boto3.client("ecs").describe_services(cluster="prod", services=["checkout"])["services"][0]
        network = service["networkConfiguration"]["awsvpcConfiguration"]
        self.subnets, (self.group,) = network["subnets"], network["securityGroups"]
        self.role = os.environ["RUN_PROBE_FUNCTION_ROLE"]

    def request(self, name: str, **fields: Any) -> dict[str, Any]:
        return {
            "FunctionName": name,
            "Runtime": RUNTIME,
            "Role": self.role,
            "Handler": "app.handler",
            "Code": {"ZipFile": packed.archive()},
            "VpcConfig": {"SubnetIds": self.subnets[:1], "SecurityGroupIds": [self.group]},
            "Timeout": 5,
            **fields,
        }

    def create(self, name: str, **fields: Any) -> Any:
        return self.functions.create_function(**self.request(name, **fields))

    def ready(self, *names: str) -> None:
        for name in names:
            self.functions.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})

    def invoke(self, name: str, what: str = "echo", **event: Any) -> dict[str, Any]:
        answer = self.functions.invoke(
            FunctionName=name, Payload=json.dumps({"do": what, **event}), LogType="Tail"
        )
        return {
            "status": answer["StatusCode"],
            "failed": answer.get("FunctionError"),
            "payload": json.loads(answer["Payload"].read()),
            "log": base64.b64decode(answer["LogResult"]).decode(),
        }

    def interfaces(self, **more: str) -> list[dict[str, Any]]:
        filters = {"interface-type": "lambda", "description": "AWS Lambda VPC ENI-*", **more}
        asked = [{"Name": name, "Values": [value]} for name, value in filters.items()]
        found: list[dict[str, Any]] = self.ec2.describe_network_interfaces(Filters=asked)["NetworkInterfaces"]
        return found


def refusal(call: Callable[[], Any]) -> list[Any]:
    """Status, code and message of the error that a call must meet."""
    try:
        call()
    except ClientError as error:
        said = error.response["Error"]
        return [error.response["ResponseMetadata"]["HTTPStatusCode"], said["Code"], said["Message"]]
    return [0, "", "was not refused"]


def arn(name: str) -> str:
    return f"arn:aws:lambda:us-east-1:123456789012:function:{name}"


def document(*statements: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def statement(action: str | list[str], **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, **more}
