"""Log streams that probes wrote: ``…/probe-RUN-SUBNET``, in groups of services, which stay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from probe.launch.leftovers.things import Found, Leftover, looking

_NAME = re.compile(r"(?:^|/)probe-(?P<run>[0-9a-f]{8})-subnet-[0-9a-f]+$")
_MILLISECONDS = 1000


def streams(session: Any, prefix: str) -> Iterator[Found]:
    """The streams of probes in the groups whose names begin with ``prefix``."""
    logs = session.client("logs")
    yield from looking("log groups", "logs:DescribeLogGroups", _in_groups(logs, prefix))


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
        made=datetime.fromtimestamp(described["creationTime"] / _MILLISECONDS, UTC),
        action="logs:DeleteLogStream",
        remove=partial(_delete, logs, group, stream),
    )


def _delete(logs: Any, group: str, stream: str) -> str:
    logs.delete_log_stream(logGroupName=group, logStreamName=stream)
    return ""
