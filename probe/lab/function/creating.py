"""CreateFunction, and what Lambda does until the function is active."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probe.lab.function import demands, packages, rights
from probe.lab.function.functions import Function, State
from probe.lab.function.network import Network, NoInterfaceError
from probe.lab.function.shelf import Shelf, plain_name

if TYPE_CHECKING:
    from probe.lab.api.calls import Call
    from probe.lab.cloud import Cloud

CREATION = 36.0
"""Seconds that Lambda takes to make a function's way into a VPC."""

SPREADING = 18.0
"""Seconds until every service knows of a new role.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
"""


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """Where functions are made.

    ``wait`` blocks until the world stands; ``pace`` is how many times faster than Lambda things go.
    """

    cloud: Cloud
    shelf: Shelf
    network: Network
    workdir: Path
    pace: Callable[[], float]
    wait: Callable[[], object]


def create(workshop: Workshop, call: Call) -> Function:
    """Check a request and take its function in, Pending.  Raises ApiError in Lambda's words."""
    params, cloud = call.params, workshop.cloud
    demands.check(params)
    name, _ = plain_name(params["FunctionName"])
    rights.check_role(cloud, params["Role"], name, SPREADING / workshop.pace())
    vpc = rights.look_up(cloud, call, params["VpcConfig"])
    package = packages.unpack(params["Code"]["ZipFile"], workshop.workdir / str(uuid.uuid4()))
    function = Function(
        name=name,
        arn=f"arn:aws:lambda:{call.region}:{call.account}:function:{name}",
        package=package,
        vpc=vpc,
        modified=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
        revision=str(uuid.uuid4()),
        **_wished(params),
    )
    workshop.shelf.put(function)
    return function


def _wished(params: Mapping[str, Any]) -> dict[str, Any]:
    """What the request says; what it leaves out is Lambda's default."""
    network = params["VpcConfig"]
    wishes = {
        "role": params["Role"],
        "runtime": params["Runtime"],
        "handler": params["Handler"],
        "subnets": tuple(network["SubnetIds"]),
        "groups": tuple(network["SecurityGroupIds"]),
        "description": params.get("Description"),
        "timeout": params.get("Timeout"),
        "memory": params.get("MemorySize"),
        "variables": (params.get("Environment") or {}).get("Variables"),
        "tags": params.get("Tags"),
    }
    return {name: value for name, value in wishes.items() if value is not None}


def finish(workshop: Workshop, name: str) -> None:
    """Make a function's interfaces and then the function active, or failed with the reason."""
    workshop.wait()
    function = workshop.shelf.find(name)
    time.sleep(CREATION / workshop.pace())
    try:
        made = workshop.network.join(name, function.subnets, function.groups)
    except NoInterfaceError as refusal:
        workshop.network.leave(name)
        workshop.shelf.change(name, state=State.FAILED, reason=str(refusal), reason_code=refusal.code)
        return
    workshop.shelf.change(name, state=State.ACTIVE, reason="", reason_code="", interfaces=made)
