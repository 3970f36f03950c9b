"""Stage three: the log driver, before any layer; and afterwards the containers' output, by the same road."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from probe.lab.fargate import stops
from probe.lab.fargate.calls import LOGS, Caller, CallError, call
from probe.lab.fargate.dial import Line, TransportError, connect

_PORTS = {"http": 80, "https": 443}
_EXISTS, _ABSENT = "ResourceAlreadyExistsException", "ResourceNotFoundException"
_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE = frozenset({"", "0", "f", "F", "FALSE", "false", "False"})
_OPTIONS = frozenset(
    {
        "awslogs-create-group",
        "awslogs-create-stream",
        "awslogs-credentials-endpoint",
        "awslogs-datetime-format",
        "awslogs-endpoint",
        "awslogs-force-flush-interval-seconds",
        "awslogs-format",
        "awslogs-group",
        "awslogs-max-buffered-events",
        "awslogs-multiline-pattern",
        "awslogs-region",
        "awslogs-stream",
        "awslogs-stream-prefix",
        "env",
        "env-regex",
        "labels",
        "labels-regex",
        "max-buffer-size",
        "mode",
        "tag",
    }
)
"""What Docker's driver takes, and ECS for it.

https://github.com/moby/moby/blob/master/daemon/logger/awslogs/cloudwatchlogs.go
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html
"""


def check_options(containers: Iterable[Mapping[str, Any]]) -> None:
    """Read the options of every awslogs driver as the driver does.  Raises StartError in its words."""
    for _, options in _awslogs(containers):
        for complaint in _complaints(options):
            raise stops.log_options(complaint)


def _complaints(options: Mapping[str, str]) -> Iterator[str]:
    yield from (
        f"unknown log opt '{name}' for awslogs log driver" for name in sorted(options.keys() - _OPTIONS)
    )
    if not options.get("awslogs-group"):
        yield "must specify a value for log opt 'awslogs-group'"
    create = options.get("awslogs-create-group", "")
    if create not in _TRUE | _FALSE:
        yield (
            "must specify valid value for log opt 'awslogs-create-group': strconv.ParseBool: parsing "
            f'"{create}": invalid syntax'
        )
    if not options.get("awslogs-region"):
        yield "Cannot determine region for awslogs driver"


def _awslogs(containers: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The containers with that driver, by name, and its options."""
    for container in containers:
        driver = container.get("logConfiguration") or {}
        if driver.get("logDriver") == "awslogs":
            yield container["name"], driver.get("options") or {}


def streams(definition: Mapping[str, Any], task_id: str) -> dict[str, dict[str, str]]:
    """Where the awslogs driver of each container writes: ``group``, ``stream``, ``region`` and ``create``."""
    found = {}
    for name, options in _awslogs(definition["containerDefinitions"]):
        prefix = options.get("awslogs-stream-prefix", "")
        found[name] = {
            "group": options.get("awslogs-group", ""),
            "region": options.get("awslogs-region", ""),
            "stream": "/".join(part for part in (prefix, name, task_id) if part),
            "create": options.get("awslogs-create-group", ""),
        }
    return found


def dial_collectors(line: Line, containers: Iterable[Mapping[str, Any]]) -> None:
    """Splunk's driver asks a collector before a container starts, unless told not to.  Raises StartError."""
    for container in containers:
        driver = container.get("logConfiguration") or {}
        options = driver.get("options") or {}
        if driver.get("logDriver") == "splunk" and options.get("splunk-verify-connection") != "false":
            url = urlsplit(options["splunk-url"])
            try:
                connect(line, url.hostname or "", url.port or _PORTS[url.scheme]).close()
            except TransportError as error:
                raise stops.collector_unreachable(url.geturl(), str(error)) from None


def open_stream(caller: Caller, where: Mapping[str, str]) -> None:
    """Create one container's stream; its group before it when that is missing and asked for.

    Raises StartError.
    https://github.com/moby/moby/blob/master/daemon/logger/awslogs/cloudwatchlogs.go
    """
    refusal = _refusal(caller, where, "stream")
    if refusal is not None and refusal.code == _ABSENT and where["create"] in _TRUE:
        refused = _refusal(caller, where, "group")
        if refused is not None:
            raise _stopped("group", refused)
        refusal = _refusal(caller, where, "stream")
    if refusal is not None:
        raise _stopped("stream", refusal)


def write(caller: Caller, where: Mapping[str, str], lines: list[str]) -> None:
    """Send lines of output.  Lost when it fails: the driver does not block a container for its logs."""
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": line} for line in lines if line]
    if not events:
        return
    params = {"logGroupName": where["group"], "logStreamName": where["stream"], "logEvents": events}
    try:
        call(caller, LOGS, where["region"], "PutLogEvents", params)
    except CallError:
        return


def _refusal(caller: Caller, where: Mapping[str, str], what: str) -> CallError | None:
    """Why a group or a stream is not there after it was to be created; ``None`` where it is."""
    params = {"logGroupName": where["group"]}
    if what == "stream":
        params["logStreamName"] = where["stream"]
    try:
        call(caller, LOGS, where["region"], f"CreateLog{what.title()}", params)
    except CallError as error:
        return None if error.code == _EXISTS else error
    return None


def _stopped(what: str, error: CallError) -> stops.StartError:
    return stops.log_silent() if error.timed_out else stops.log_failed(what, error.words)
