"""Invoke: one execution environment an invocation, in one of the function's subnets in turn."""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probe.lab import dhcp
from probe.lab.api.errors import ApiError
from probe.lab.function import journal, rights, sandbox, verdicts
from probe.lab.function.functions import VERSION, Function, State
from probe.lab.function.shelf import Shelf

if TYPE_CHECKING:
    from probe.lab.api.calls import Call
    from probe.lab.cloud import Cloud


@dataclass(frozen=True, kw_only=True)
class Floor:
    """Where functions run: ``workdir`` holds a directory an invocation, ``authorities`` is the lab's CA."""

    cloud: Cloud
    shelf: Shelf
    workdir: Path
    authorities: Path
    turns: Iterator[int] = field(default_factory=itertools.count)


def invoke(floor: Floor, call: Call) -> Mapping[str, Any]:
    """Answer Invoke.  Raises ApiError in Lambda's words."""
    params = call.params
    function = floor.shelf.settled(params["FunctionName"], params.get("Qualifier") or "")
    event = _event(params)
    if function.state is State.FAILED:
        text = f"The operation cannot be performed at this time. The function has failed: {function.reason}"
        raise ApiError("ResourceConflictException", text, status=409)
    match params.get("InvocationType") or "RequestResponse":
        case "DryRun":
            return {"StatusCode": 204}
        case "RequestResponse":
            return _answer(floor, function, event, with_log=params.get("LogType") == "Tail")
        case other:
            raise ApiError("NotImplemented", f"the lab lacks this: invocations of type {other}", status=501)


def _event(params: Mapping[str, Any]) -> str:
    """The payload as JSON text."""
    payload = bytes(params.get("Payload") or b"{}")
    if len(payload) > verdicts.MOST_ASKED:
        text = (
            f"{len(payload)} byte payload is too large for the RequestResponse invocation type "
            f"(limit {verdicts.MOST_ASKED} bytes)"
        )
        raise ApiError("RequestTooLargeException", text, status=413)
    try:
        text = payload.decode()
        json.loads(text)
    except ValueError as error:
        said = f"Could not parse request body into json: {error}"
        raise ApiError("InvalidRequestContentException", said) from None
    return text


def _answer(floor: Floor, function: Function, event: str, *, with_log: bool) -> Mapping[str, Any]:
    invocation = sandbox.Invocation(
        id=str(uuid.uuid4()),
        function=function,
        event=event,
        stream=journal.stream_name(),
        region=floor.cloud.region,
        credentials=rights.assume(floor.cloud, function.role, function.name),
    )
    ending = sandbox.run(_room(floor, invocation), invocation)
    verdict, log = verdicts.verdict(invocation, ending), verdicts.log(invocation, ending)
    journal.write(floor.cloud, invocation, log)
    return {
        "StatusCode": 200,
        "ExecutedVersion": VERSION,
        "Payload": verdict.payload,
        **({"FunctionError": "Unhandled"} if verdict.failed else {}),
        **({"LogResult": verdicts.tail(log)} if with_log else {}),
    }


def _room(floor: Floor, invocation: sandbox.Invocation) -> sandbox.Room:
    function = invocation.function
    turn = next(floor.turns) % len(function.interfaces)
    _, resolv_conf = dhcp.resolv_conf(floor.cloud, function.subnets[turn])
    return sandbox.Room(
        folder=floor.workdir / invocation.id,
        namespace=function.interfaces[turn],
        resolv_conf=resolv_conf,
        authorities=floor.authorities,
    )
