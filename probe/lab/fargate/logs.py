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
_EXISTS = "ResourceAlreadyExistsException"


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
            "create": str(options.get("awslogs-create-group", "false")).lower(),
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
    """Create one container's stream, and its group when asked to.  Raises StartError."""
    if where["create"] == "true":
        _create(caller, where, "CreateLogGroup", "group")
    _create(caller, where, "CreateLogStream", "stream")


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


def _create(caller: Caller, where: Mapping[str, str], operation: str, what: str) -> None:
    params = {"logGroupName": where["group"]}
    if what == "stream":
        params["logStreamName"] = where["stream"]
    try:
        call(caller, LOGS, where["region"], operation, params)
    except CallError as error:
        if error.code == _EXISTS:
            return
        raise (stops.log_silent() if error.timed_out else stops.log_failed(what, error.words)) from None
