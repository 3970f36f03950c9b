"""A function as Lambda tells it: a frozen value, and the JSON of GetFunctionConfiguration.

What changes over its life is replaced as a whole on the ``shelf``; nothing here does anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

VERSION = "$LATEST"
CREATING = "The function is being created."


class State(StrEnum):
    """Whether it can be invoked."""

    PENDING = "Pending"
    ACTIVE = "Active"
    FAILED = "Failed"


@dataclass(frozen=True, kw_only=True)
class Package:
    """The code: its zip's size in bytes and SHA-256 (base64), and the directory it was unpacked to."""

    size: int
    sha256: str
    root: Path


@dataclass(frozen=True, kw_only=True)
class Function:
    """One function.  ``interfaces`` are its ENIs' ids, one a subnet, once it is active.

    ``timeout`` in seconds, ``memory`` in MB; ``reason`` and ``reason_code`` say why it is not active.
    """

    name: str
    arn: str
    role: str
    runtime: str
    handler: str
    package: Package
    vpc: str
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    modified: str
    revision: str
    description: str = ""
    timeout: int = 3
    memory: int = 128
    architecture: str = "x86_64"
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    tags: Mapping[str, str] = field(default_factory=dict)
    state: State = State.PENDING
    reason: str = CREATING
    reason_code: str = "Creating"
    interfaces: tuple[str, ...] = ()

    @property
    def log_group(self) -> str:
        return f"/aws/lambda/{self.name}"


def configuration(function: Function) -> dict[str, Any]:
    """The function as GetFunctionConfiguration answers it.  What Lambda leaves out, this leaves out too."""
    active = function.state is State.ACTIVE
    found: dict[str, Any] = {
        "FunctionName": function.name,
        "FunctionArn": function.arn,
        "Runtime": function.runtime,
        "Role": function.role,
        "Handler": function.handler,
        "CodeSize": function.package.size,
        "CodeSha256": function.package.sha256,
        "Description": function.description,
        "Timeout": function.timeout,
        "MemorySize": function.memory,
        "LastModified": function.modified,
        "Version": VERSION,
        "VpcConfig": _network(function),
        "Environment": {"Variables": dict(function.variables)} if function.variables else None,
        "TracingConfig": {"Mode": "PassThrough"},
        "RevisionId": function.revision,
        "State": str(function.state),
        "StateReason": function.reason or None,
        "StateReasonCode": function.reason_code or None,
        "LastUpdateStatus": "Successful" if active else None,
        "PackageType": "Zip",
        "Architectures": [function.architecture],
        "EphemeralStorage": {"Size": 512},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": function.log_group},
    }
    return {name: value for name, value in found.items() if value is not None}


def _network(function: Function) -> dict[str, Any]:
    return {
        "SubnetIds": list(function.subnets),
        "SecurityGroupIds": list(function.groups),
        "VpcId": function.vpc,
        "Ipv6AllowedForDualStack": False,
    }
