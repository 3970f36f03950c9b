"""CloudTrail's event history: who called what, and what was refused.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

import json
import uuid
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call, Handler
from probe.lab.api.errors import ApiError

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_KEPT, _PAGE = 20_000, 50
_UNSEEN = frozenset({"SecretString", "SecretBinary", "Value", "PolicyDocument", "Policy", "TemplateBody"})
"""Parameters that name nothing: values, which CloudTrail hides, and documents."""

_GLOBAL = {"iam": "us-east-1", "route53": "us-east-1", "organizations": "us-east-1"}
"""Services whose events are in one region, whichever they are called from."""


@dataclass(frozen=True)
class Event:
    """One call by somebody who signed it; ``error`` is the code with which it was refused."""

    call: Call
    error: str | None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def region(self) -> str:
        return _GLOBAL.get(self.call.api, self.call.region)

    @property
    def resources(self) -> frozenset[str]:
        """Every text in what was asked: ids, names and ARNs are among them."""
        return frozenset(_texts(self.call.params))


class Trail:
    """The last events, oldest first."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque(maxlen=_KEPT)

    def write(self, call: Call, error: str | None = None) -> None:
        """Note what somebody did; AWS's own hand leaves no trace."""
        if call.principal is not None:
            self._events.append(Event(call, error))

    def newest(self, region: str) -> list[Event]:
        """The events of a region, newest first."""
        return [event for event in tuple(self._events)[::-1] if event.region == region]


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    """(service, operation) and what answers it."""
    yield ("cloudtrail", "LookupEvents"), lambda call: _looked_up(cloud.trail, call)


def _looked_up(trail: Trail, call: Call) -> dict[str, Any]:
    """A page of the events that have what is asked for; one attribute at most, as CloudTrail allows."""
    wanted = {one["AttributeKey"]: one["AttributeValue"] for one in call.params.get("LookupAttributes") or ()}
    found = [one for one in trail.newest(call.region) if _within(one, call.params) and _has(one, wanted)]
    first = _after(found, call.params.get("NextToken"))
    last = first + int(call.params.get("MaxResults") or _PAGE)
    more = {"NextToken": found[last - 1].id} if last < len(found) else {}
    return {"Events": [_json(one) for one in found[first:last]]} | more


def _after(found: list[Event], token: str | None) -> int:
    """Where the next page begins: after the last event of the page before, whose id is the token.

    A count would not do: every event since, the call for the page before among them, is in front.
    """
    if not token:
        return 0
    try:
        return [one.id for one in found].index(token) + 1
    except ValueError:
        raise ApiError("InvalidNextTokenException", "The token is invalid.") from None


def _within(event: Event, params: Mapping[str, Any]) -> bool:
    start, end = _moment(params.get("StartTime")), _moment(params.get("EndTime"))
    return (start is None or event.at >= start) and (end is None or event.at <= end)


def _moment(value: Any) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)
    return datetime.fromtimestamp(float(value), UTC)


def _has(event: Event, wanted: Mapping[str, str]) -> bool:
    own = {
        "EventName": event.call.operation,
        "EventSource": _source(event),
        "Username": _caller(event)["userName"],
        "EventId": event.id,
        "ReadOnly": _reads(event),
    }
    return all(
        value in event.resources if key == "ResourceName" else own.get(key) == value
        for key, value in wanted.items()
    )


def _json(event: Event) -> dict[str, Any]:
    caller = _caller(event)
    record = {
        "eventVersion": "1.11",
        "eventTime": event.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "eventSource": _source(event),
        "eventName": event.call.operation,
        "awsRegion": event.region,
        "sourceIPAddress": event.call.request.source,
        "userIdentity": caller,
        "readOnly": not event.call.mutates,
    } | ({"errorCode": event.error} if event.error else {})
    return {
        "EventId": event.id,
        "EventName": event.call.operation,
        "ReadOnly": _reads(event),
        "EventTime": event.at,
        "EventSource": _source(event),
        "Username": caller["userName"],
        "Resources": [{"ResourceName": name} for name in sorted(event.resources)],
        "CloudTrailEvent": json.dumps(record),
    }


def _reads(event: Event) -> str:
    return str(not event.call.mutates).lower()


def _source(event: Event) -> str:
    return f"{event.call.model.service_model.endpoint_prefix}.amazonaws.com"


def _caller(event: Event) -> dict[str, str]:
    caller = event.call.principal
    if caller is None:
        return {"type": "AWSService", "arn": "", "userName": ""}
    kind = "AssumedRole" if caller.session else "IAMUser"
    return {"type": kind, "arn": caller.arn, "userName": caller.session or caller.name}


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for key, each in value.items():
                if key not in _UNSEEN:
                    yield from _texts(each)
        case list() | tuple():
            for each in value:
                yield from _texts(each)
