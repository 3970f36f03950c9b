"""One execution environment: a function's chamber in the network namespace of one of its interfaces."""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from probe.lab import netns
from probe.lab.chamber import Chamber, Process, start
from probe.lab.function.functions import VERSION, Function
from probe.lab.iam import Credentials

AUTHORITIES = "/etc/pki/tls/certs/ca-bundle.crt"
"""Where Amazon Linux keeps the certificate authorities: of the lab's, there is one."""

INITIALISATION = 10.0
"""Seconds that importing the handler may take before the function's own timeout begins.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

PROVIDED = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six")
"""What Lambda's Python has besides the standard library."""

_BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
_TASK, _RUNTIME, _DESK = "/var/task", "/var/runtime", "/run/invocation"
_USER = (993, 990)
_TICK = 0.02


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """One invocation of a function.  ``event`` is the payload's JSON text, ``stream`` its log stream."""

    id: str
    function: Function
    event: str
    stream: str
    region: str
    credentials: Credentials = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Room:
    """Its place on this machine: an empty ``folder``, the interface's namespace, resolver and authorities."""

    folder: Path
    namespace: str
    resolv_conf: str
    authorities: Path


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How it ended.

    ``code`` is ``None`` when time ran out; ``answer`` the runtime's ``{"payload"}`` or ``{"error"}``, and
    ``None`` when it died before; ``output`` what the function wrote; ``took`` seconds.
    """

    code: int | None
    answer: Mapping[str, Any] | None
    output: str
    took: float


def run(room: Room, invocation: Invocation) -> Ending:
    """Run a function to its end, or to its timeout.  Raises CannotStartError."""
    desk = room.folder / "desk"
    _furnish(room, desk, invocation)
    with netns.in_namespace(room.namespace):
        process = start(_chamber(room, invocation, desk))
    _initialise(process, desk)
    began = time.monotonic()
    code = process.ended(invocation.function.timeout)
    took = time.monotonic() - began
    if code is None:
        process.kill()
        process.wait()
    written = desk / "answer"
    # What was written when time ran out may be half an answer.
    answer = json.loads(written.read_text(encoding="utf-8")) if code == 0 and written.exists() else None
    output = (room.folder / "log").read_text(encoding="utf-8", errors="replace")
    return Ending(code=code, answer=answer, output=output, took=took)


def _furnish(room: Room, desk: Path, invocation: Invocation) -> None:
    desk.mkdir(parents=True)
    desk.chmod(0o777)
    function = invocation.function
    told = {
        "function_name": function.name,
        "invoked_function_arn": function.arn,
        "memory_limit_in_mb": str(function.memory),
        "aws_request_id": invocation.id,
        "timeout": function.timeout,
    }
    (desk / "event").write_text(invocation.event, encoding="utf-8")
    (desk / "context").write_text(json.dumps(told), encoding="utf-8")
    (room.folder / "resolv.conf").write_text(room.resolv_conf, encoding="ascii")
    (room.folder / "hosts").write_text("127.0.0.1 localhost\n", encoding="ascii")


def _chamber(room: Room, invocation: Invocation, desk: Path) -> Chamber:
    files = {f"{_RUNTIME}/{path.name}": path for path in _files()}
    shown = {f"{_RUNTIME}/{path.name}": path for path in _packages()}
    return Chamber(
        argv=(sys.executable, "-S", "-u", f"{_RUNTIME}/{_BOOTSTRAP.name}", _DESK),
        environment=variables(invocation),
        cwd=_TASK,
        user=_USER,
        volumes={_DESK: desk},
        shown={_TASK: invocation.function.package.root, **shown},
        files={
            **files,
            "/etc/resolv.conf": room.folder / "resolv.conf",
            "/etc/hosts": room.folder / "hosts",
            AUTHORITIES: room.authorities,
        },
        scratch=room.folder / "chamber",
        output=room.folder / "log",
        read_only=True,
        temporary=True,
    )


def variables(invocation: Invocation) -> dict[str, str]:
    """What Lambda sets, the function's own, and the lab's only hook: where its authority is found.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """
    function, keys = invocation.function, invocation.credentials
    return {
        "SSL_CERT_FILE": AUTHORITIES,
        "AWS_CA_BUNDLE": AUTHORITIES,
        **function.variables,
        "_HANDLER": function.handler,
        "AWS_ACCESS_KEY_ID": keys.access_key,
        "AWS_SECRET_ACCESS_KEY": keys.secret_key,
        "AWS_SESSION_TOKEN": keys.token,
        "AWS_REGION": invocation.region,
        "AWS_DEFAULT_REGION": invocation.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": VERSION,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": invocation.stream,
        "LAMBDA_RUNTIME_DIR": _RUNTIME,
        "LAMBDA_TASK_ROOT": _TASK,
        "LANG": "en_US.UTF-8",
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
        "PYTHONPATH": _RUNTIME,
        "TZ": ":UTC",
    }


def _initialise(process: Process, desk: Path) -> None:
    """Wait until the handler is imported, or cannot be: the function's own time begins here."""
    deadline = time.monotonic() + INITIALISATION
    while process.ended(_TICK) is None and not (desk / "ready").exists() and time.monotonic() < deadline:
        pass


def _packages() -> list[Path]:
    """The directories of the packages that Lambda provides, as this interpreter has them."""
    return [path.parent for path in _origins() if path.name == "__init__.py"]


def _files() -> list[Path]:
    return [_BOOTSTRAP, *(path for path in _origins() if path.name != "__init__.py")]


def _origins() -> list[Path]:
    found = (importlib.util.find_spec(name) for name in PROVIDED)
    return [Path(spec.origin) for spec in found if spec and spec.origin]
