"""Callers of the lab's AWS: boto3 with somebody's keys, through a VPC endpoint or the public address."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import boto3

from probe.lab.cloud import Cloud
from probe.lab.cloud.inprocess import answered
from probe.lab.iam import Credentials

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


@dataclass(frozen=True)
class Caller:
    """Somebody with keys; ``endpoint`` is the VPC endpoint that its requests pass."""

    cloud: Cloud
    keys: Credentials
    endpoint: str | None = None

    def client(self, api: str, region: str = "us-east-1") -> Any:
        """A boto3 client that asks the lab as this caller."""
        session = boto3.Session(self.keys.access_key, self.keys.secret_key, self.keys.token, region)
        made = session.client(api, config=boto3.session.Config(retries={"total_max_attempts": 1}))
        return answered(made, lambda request: self.cloud.answer(replace(request, endpoint=self.endpoint)))

    def through(self, endpoint: str) -> Caller:
        """The same caller behind a VPC endpoint."""
        return replace(self, endpoint=endpoint)


def allow(*actions: str, resource: str = "*") -> dict[str, Any]:
    """A policy that allows some actions."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


def role(cloud: Cloud, name: str, policy: dict[str, Any], boundary: str | None = None) -> Caller:
    """A new role with one inline policy, and a session of it as ECS opens one."""
    iam = cloud.client("iam")
    more = {"PermissionsBoundary": boundary} if boundary else {}
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST), **more)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=json.dumps(policy))
    return Caller(cloud, cloud.iam.assume(arn, "ecs-tasks.amazonaws.com", "0a1b2c"))
