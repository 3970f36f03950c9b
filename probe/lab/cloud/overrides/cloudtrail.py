"""CloudTrail's event history: who called what, the latest first, from the moment the lab was built.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from probe.lab.api.calls import Call, Handler

if TYPE_CHECKING:
    from probe.lab.cloud import Cloud

_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Event:
    """One call by somebody who signed it; ``caller`` is their ARN, a role's session included."""

    api: str
    operation: str
    region: str
    caller: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    time: datetime = field(default_factory=lambda: datetime.now(UTC))


def event_of(call: Call) -> Event | None:
    """What is remembered of a call; nothing of AWS's own."""
    if call.principal is None:
        return None
    return Event(api=call.api, operation=call.operation, region=call.region, caller=call.principal.arn)


def handlers(cloud: Cloud) -> Iterator[tuple[tuple[str, str], Handler]]:
    def lookup(call: Call) -> Mapping[str, Any]:
        start = int(call.params.get("NextToken") or 0)
        wanted = call.params.get("LookupAttributes") or ()
        here = [_shown(one) for one in reversed(cloud.history) if one.region == call.region]
        found = [one for one in here if all(_fits(one, attribute) for attribute in wanted)]
        following = {"NextToken": str(start + _PAGE)} if len(found) > start + _PAGE else {}
        return {"Events": found[start : start + _PAGE], **following}

    yield ("cloudtrail", "LookupEvents"), lookup


def _shown(event: Event) -> dict[str, Any]:
    source = f"{event.api}.amazonaws.com"
    told = {
        "eventTime": event.time.isoformat(),
        "eventSource": source,
        "eventName": event.operation,
        "awsRegion": event.region,
        "userIdentity": {"arn": event.caller},
    }
    return {
        "EventId": event.id,
        "EventName": event.operation,
        "EventTime": event.time,
        "EventSource": source,
        "Username": event.caller.rpartition("/")[2],
        "CloudTrailEvent": json.dumps(told),
    }


def _fits(shown: Mapping[str, Any], attribute: Mapping[str, str]) -> bool:
    return bool(shown.get(attribute["AttributeKey"]) == attribute["AttributeValue"])
