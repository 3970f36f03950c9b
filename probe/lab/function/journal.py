"""A function's log in CloudWatch Logs: written by Lambda with the role's rights, not through the VPC."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from probe.lab.function.functions import VERSION
from probe.lab.function.sandbox import Invocation
from probe.lab.iam import Denied

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_EXISTS = "ResourceAlreadyExistsException"


def stream_name() -> str:
    """The log stream of a new execution environment."""
    return f"{time.strftime('%Y/%m/%d', time.gmtime())}/[{VERSION}]{uuid.uuid4().hex}"


def write(cloud: Cloud, invocation: Invocation, text: str) -> None:
    """Write an invocation's log, making its group as Lambda does; a role without the rights leaves none."""
    group, logs = invocation.function.log_group, cloud.client("logs")
    if not _may(cloud, invocation, "CreateLogStream", "PutLogEvents"):
        return
    found = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    if group not in {one["logGroupName"] for one in found}:
        if not _may(cloud, invocation, "CreateLogGroup"):
            return
        _create_group(cloud, group)
    logs.create_log_stream(logGroupName=group, logStreamName=invocation.stream)
    now = int(1000 * time.time())
    events = [{"timestamp": now, "message": line} for line in text.splitlines(keepends=True)]
    logs.put_log_events(logGroupName=group, logStreamName=invocation.stream, logEvents=events)


def _create_group(cloud: Cloud, group: str) -> None:
    """Make the group; another invocation may have been faster."""
    try:
        cloud.client("logs").create_log_group(logGroupName=group)
    except ClientError as error:
        if error.response["Error"]["Code"] != _EXISTS:
            raise


def _may(cloud: Cloud, invocation: Invocation, *actions: str) -> bool:
    if not cloud.enforced:
        return True
    principal = cloud.iam.principal(invocation.credentials)
    place = f"log-group:{invocation.function.log_group}:log-stream:{invocation.stream}"
    resource = f"arn:aws:logs:{cloud.region}:{cloud.account}:{place}"
    try:
        for action in actions:
            cloud.iam.authorize(principal, f"logs:{action}", resource)
    except Denied:
        return False
    return True
