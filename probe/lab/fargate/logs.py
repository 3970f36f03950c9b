"""Stage three: the log driver, before any layer; and afterwards the containers' output, by the same road."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from probe.lab.fargate import stops
from probe.lab.fargate.calls import LOGS, Caller, CallError, call
from probe.lab.fargate.dial import Line, TransportError, connect

_PORTS = {"http": 80, "https": 443}
_EXISTS, _ABSENT = "ResourceAlreadyExistsException", "ResourceNotFoundException"
_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})


def streams(definition: Mapping[str, Any], task_id: str) -> dict[str, dict[str, str]]:
    """Where the awslogs driver of each container writes: ``group``, ``stream``, ``region`` and ``create``."""
    found = {}
    for container in definition["containerDefinitions"]:
        driver = container.get("logConfiguration") or {}
        if driver.get("logDriver") != "awslogs":
            continue
        options = driver.get("options") or {}
        prefix = options.get("awslogs-stream-prefix", "")
        found[container["name"]] = {
            "group": options.get("awslogs-group", ""),
            "region": options.get("awslogs-region", ""),
            "stream": "/".join(part for part in (prefix, container["name"], task_id) if part),
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
