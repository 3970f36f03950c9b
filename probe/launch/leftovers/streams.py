"""What runs wrote into CloudWatch Logs, known by its name.

Probes write log streams, ``…/probe-RUN-SUBNET``, in groups of services, which stay.  Functions have log
groups of their own, ``/aws/lambda/run-probe-RUN-SUBNET``, which Lambda makes where their role may.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from probe.launch.leftovers.things import PREFIX, Found, Leftover, looking

_NAME = re.compile(r"(?:^|/)probe-(?P<run>[0-9a-f]{8})-subnet-[0-9a-f]+$")
_OF_FUNCTIONS = f"/aws/lambda/{PREFIX}"
_GROUP = re.compile(re.escape(_OF_FUNCTIONS) + r"(?P<run>[0-9a-f]{8})-subnet-")
_MILLISECONDS = 1000


def streams(session: Any, prefix: str) -> Iterator[Found]:
    """The streams of probes in the groups whose names begin with ``prefix``."""
    logs = session.client("logs")
    yield from looking("log groups", "logs:DescribeLogGroups", _in_groups(logs, prefix))


def groups(session: Any) -> Iterator[Found]:
    """The log groups of runs' functions."""
    logs = session.client("logs")
    yield from looking("log groups of functions", "logs:DescribeLogGroups", _groups(logs))


def _groups(logs: Any) -> Iterator[Leftover]:
    for page in logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=_OF_FUNCTIONS):
        for one in page["logGroups"]:
            named = _GROUP.match(one["logGroupName"])
            if named is not None:
                yield Leftover(
                    kind="log group",
                    name=one["logGroupName"],
                    run=named["run"],
                    made=_moment(one),
                    action="logs:DeleteLogGroup",
                    remove=partial(_delete_group, logs, one["logGroupName"]),
                )


def _delete_group(logs: Any, group: str) -> str:
    logs.delete_log_group(logGroupName=group)
    return ""


def _in_groups(logs: Any, prefix: str) -> Iterator[Found]:
    chosen = {"logGroupNamePrefix": prefix} if prefix else {}
    for page in logs.get_paginator("describe_log_groups").paginate(**chosen):
        for one in page["logGroups"]:
            group = one["logGroupName"]
            what, action = f"log streams in {group}", "logs:DescribeLogStreams"
            yield from looking(what, action, _streams(logs, group), group)


def _streams(logs: Any, group: str) -> Iterator[Leftover]:
    for page in logs.get_paginator("describe_log_streams").paginate(logGroupName=group):
        for one in page["logStreams"]:
            named = _NAME.search(one["logStreamName"])
            if named is not None:
                yield _leftover(logs, group, one, named["run"])


def _leftover(logs: Any, group: str, described: Mapping[str, Any], run: str) -> Leftover:
    stream = described["logStreamName"]
    return Leftover(
        kind="log stream",
        name=f"{group}:{stream}",
        run=run,
        made=_moment(described),
        action="logs:DeleteLogStream",
        remove=partial(_delete, logs, group, stream),
    )


def _delete(logs: Any, group: str, stream: str) -> str:
    logs.delete_log_stream(logGroupName=group, logStreamName=stream)
    return ""


def _moment(described: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(described["creationTime"] / _MILLISECONDS, UTC)
