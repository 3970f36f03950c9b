"""The task's own link-local servers at 169.254.170.2: metadata version 4, and the task role's credentials.

They stand in the task's namespace, on its loopback, so that no group, ACL or route decides about them.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from probe.lab import netns
from probe.lab.fargate.environment import METADATA
from probe.lab.fargate.tasks import Container, Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from probe.lab.fargate.calls import Keys

_PORT = 80


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What one task's servers know.

    ``containers`` maps a container's token in its metadata address to its name; ``credentials`` is
    the task role's session, and ``None`` where the task has no task role.
    """

    task: Callable[[], Task]
    containers: Mapping[str, str]
    credentials_token: str
    credentials: Keys | None
    role_arn: str


@contextmanager
def serving(namespace: str, desk: Desk) -> Iterator[None]:
    """Answer at 169.254.170.2 in a namespace while the block runs."""
    netns.ip(namespace, [f"address replace {METADATA}/32 dev lo"])
    server = _Server(desk)
    server.socket.close()
    server.socket = netns.listen(namespace, METADATA, _PORT)
    server.server_address = (METADATA, _PORT)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, desk: Desk) -> None:
        super().__init__((METADATA, _PORT), _Handler, bind_and_activate=False)
        self.desk = desk


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        found = answer(self.server.desk, self.path)
        body = json.dumps(
            {"code": "NotFound", "message": "no such path"} if found is None else found
        ).encode()
        self.send_response(HTTPStatus.NOT_FOUND if found is None else HTTPStatus.OK)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing: a credential's path is a secret."""


def answer(desk: Desk, path: str) -> dict[str, Any] | None:
    """The document at a path, or ``None`` when there is none."""
    match path.strip("/").split("/"):
        case ["v2", "credentials", token] if desk.credentials and token == desk.credentials_token:
            return _credentials(desk.credentials, desk.role_arn)
        case ["v3" | "v4", token] if token in desk.containers:
            return _container(desk.task(), desk.containers[token])
        case ["v3" | "v4", token, "task"] if token in desk.containers:
            return _task(desk.task())
        case ["v3" | "v4", token, *rest] if token in desk.containers and rest in (
            ["stats"],
            ["task", "stats"],
        ):
            return {}
        case _:
            return None


def _credentials(keys: Keys, role_arn: str) -> dict[str, Any]:
    return {
        "RoleArn": role_arn,
        "AccessKeyId": keys.access_key,
        "SecretAccessKey": keys.secret_key,
        "Token": keys.token,
        "Expiration": keys.expiration.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _task(task: Task) -> dict[str, Any]:
    definition = task.order.definition
    found = {
        "Cluster": task.order.cluster_arn,
        "TaskARN": task.arn,
        "Family": definition["family"],
        "Revision": str(definition["revision"]),
        "DesiredStatus": task.desired,
        "KnownStatus": task.status,
        "Limits": {
            "CPU": int(definition.get("cpu") or 256) / 1024,
            "Memory": int(definition.get("memory") or 512),
        },
        "PullStartedAt": _stamp(task.times.get("pullStartedAt")),
        "PullStoppedAt": _stamp(task.times.get("pullStoppedAt")),
        "AvailabilityZone": task.zone,
        "LaunchType": "FARGATE",
        "Containers": [_container(task, one.name) for one in task.containers],
        "ClockDrift": {
            "ClockErrorBound": 0.5,
            "ReferenceTimestamp": _stamp(datetime.now(UTC).timestamp()),
            "ClockSynchronizationStatus": "SYNCHRONIZED",
        },
    }
    return {name: value for name, value in found.items() if value is not None}


def _container(task: Task, name: str) -> dict[str, Any]:
    one: Container = next(each for each in task.containers if each.name == name)
    address = task.interface
    found: dict[str, Any] = {
        "DockerId": one.runtime_id,
        "Name": one.name,
        "DockerName": one.name,
        "Image": one.image,
        "ImageID": one.digest,
        "Labels": {
            "com.amazonaws.ecs.cluster": task.order.cluster_arn,
            "com.amazonaws.ecs.container-name": one.name,
            "com.amazonaws.ecs.task-arn": task.arn,
            "com.amazonaws.ecs.task-definition-family": str(task.order.definition["family"]),
            "com.amazonaws.ecs.task-definition-version": str(task.order.definition["revision"]),
        },
        "DesiredStatus": task.desired,
        "KnownStatus": one.status,
        "ExitCode": one.exit_code,
        "Limits": {"CPU": one.cpu},
        "CreatedAt": _stamp(task.times.get("pullStoppedAt")),
        "StartedAt": _stamp(task.times.get("startedAt")),
        "Type": "NORMAL",
        "ContainerARN": one.arn,
        "Networks": [
            {
                "NetworkMode": "awsvpc",
                "IPv4Addresses": [address.address],
                "AttachmentIndex": 0,
                "MACAddress": address.mac,
                "PrivateDNSName": address.dns_name,
            }
        ]
        if address
        else [],
    }
    return {key: value for key, value in found.items() if value is not None}


def _stamp(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
