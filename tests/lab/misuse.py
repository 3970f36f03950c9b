"""Runs of run-probe that cannot work, by a person whose account also holds services that cannot be probed.

Started by the lab: ``python tests/lab/misuse.py JSON`` with an object of run-probe's arguments by the
names of the runs.  Writes one JSON object a line to stdout: each run, and at the end what ECS shows.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3

from probe.lab.arguments import with_ids
from tests.lab.interruption import RUN_PROBE, left
from tests.lab.rehearsal import ran, told

AT_ONCE = 3


def main() -> None:
    """Every run, by somebody who may not delete task definitions: what was registered would be seen."""
    table: dict[str, list[str]] = json.loads(sys.argv[1])
    unfit(boto3.client("ecs"))
    elsewhere(boto3.client("ec2"))
    keys = hesitant(boto3.client("iam"))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        rows = [with_ids(boto3.Session(), row) for row in table.values()]
        runs = pool.map(lambda row: ran([*RUN_PROBE, *row], **keys), rows)
        for name, run in zip(table, runs, strict=True):
            told(name, run)
    registered = boto3.client("ecs").list_task_definitions(familyPrefix="run-probe", status="INACTIVE")
    told("left", left() | {"inactive": registered["taskDefinitionArns"]})


def hesitant(iam: Any) -> dict[str, str]:
    """The access keys of a new user who may do anything but delete task definitions."""
    statements = [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "ecs:DeleteTaskDefinitions", "Resource": "*"},
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.create_user(UserName="hesitant")
    iam.put_user_policy(UserName="hesitant", PolicyName="all-but-one", PolicyDocument=policy)
    key = iam.create_access_key(UserName="hesitant")["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


def elsewhere(ec2: Any) -> None:
    """Another VPC, with a subnet and a group of its own, both called ``elsewhere``."""
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
    ec2.create_tags(Resources=[subnet], Tags=[{"Key": "Name", "Value": "elsewhere"}])
    ec2.create_security_group(VpcId=vpc, GroupName="elsewhere", Description="of another VPC")


def unfit(ecs: Any) -> None:
    """Services without subnets of their own, on instances, and on a capacity provider of instances."""
    checkout = ecs.describe_services(cluster="prod", services=["checkout"])["services"][0]
    like = {
        "taskDefinition": checkout["taskDefinition"],
        "networkConfiguration": checkout["networkConfiguration"],
    }
    more: dict[str, dict[str, Any]] = {
        "without-network": {"deploymentController": {"type": "EXTERNAL"}},
        "on-ec2": like | {"launchType": "EC2"},
        "on-instances": like | {"capacityProviderStrategy": [{"capacityProvider": "instances"}]},
    }
    ecs.put_cluster_capacity_providers(
        cluster="prod", capacityProviders=["instances"], defaultCapacityProviderStrategy=[]
    )
    for name, options in more.items():
        ecs.create_service(cluster="prod", serviceName=name, desiredCount=0, **options)


if __name__ == "__main__":
    main()
