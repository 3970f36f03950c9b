"""What the calls of DNS Firewall have in common: how a thing is made, found, and listed page by page."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call, Handler
from probe.lab.api.errors import ApiError

if TYPE_CHECKING:
    from probe.lab.route53.firewall import Firewall

Action = Callable[["Firewall", Call], Mapping[str, Any]]
_PAGE = 100


def handler(firewall: Firewall, act: Action) -> Handler:
    """An action as the cloud calls it: one at a time."""

    def handle(call: Call) -> Mapping[str, Any]:
        with firewall.lock:
            return act(firewall, call)

    return handle


def refused(call: Call) -> Mapping[str, Any]:
    """What the lab cannot represent, it says so of.  Raises ApiError."""
    raise ApiError("NotImplemented", f"the lab does not represent {call.operation}", 501)


def thing(call: Call, kind: str, prefix: str, **more: Any) -> dict[str, Any]:
    """A new object as the API shows it: an id, an ARN, a name, a state.

    ``kind`` is its ARN's, ``prefix`` its id's.
    """
    identity = f"{prefix}-{secrets.token_hex(8)}"
    now = datetime.now(UTC).isoformat()
    return {
        "Id": identity,
        "Arn": f"arn:aws:route53resolver:{call.region}:{call.account}:{kind}/{identity}",
        "Name": call.params["Name"],
        "CreatorRequestId": call.params["CreatorRequestId"],
        "Status": "COMPLETE",
        "StatusMessage": "Created",
        "CreationTime": now,
        "ModificationTime": now,
        **more,
    }


def found(shelf: Mapping[str, dict[str, Any]], call: Call, parameter: str, noun: str) -> dict[str, Any]:
    """The object that a parameter names.  Raises ApiError where there is none."""
    identity = str(call.params[parameter])
    if identity not in shelf:
        raise ApiError("ResourceNotFoundException", f"Cannot find {noun} with ID '{identity}'.")
    return shelf[identity]


def page(call: Call, key: str, everything: Sequence[Any]) -> dict[str, Any]:
    """A page of a list under its key; ``NextToken`` is where the next begins."""
    start, size = int(call.params.get("NextToken") or 0), int(call.params.get("MaxResults") or _PAGE)
    shown = {key: list(everything[start : start + size])}
    return shown | ({"NextToken": str(start + size)} if start + size < len(everything) else {})
