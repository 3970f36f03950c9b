"""Who changed what the findings are about: CloudTrail's write events on their subjects.

Events reach CloudTrail's history within about a quarter of an hour and stay for 90 days; IAM's are in one
region of each partition alone.
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any, NamedTuple

from probe.evidence.snapshot import Denied
from probe.launch.attempts import attempt
from probe.model import Change, Finding, History, Spec

_ID = re.compile(r"[a-z]+(?:-[a-z]+)*-[0-9a-f]{8,17}")
_GLOBAL = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
"""Where each partition writes down what is done in IAM."""
_MOST = 10
"""Names that are asked for, and events that are shown of each: CloudTrail answers twice a second."""


class Told(NamedTuple):
    """What CloudTrail said, and what it refused to."""

    history: History
    refused: tuple[Denied, ...]


def read(session: Any, spec: Spec, findings: Iterable[Finding], since: datetime) -> Told:
    """The changes of every finding's subject since a time."""
    names = tuple(_names(findings))
    parts = [
        (subject, attempt(_reader(session, spec, subject, name, since), "cloudtrail:LookupEvents", name))
        for subject, name in names[:_MOST]
    ]
    changes = {change: None for _, part in parts if not isinstance(part, Denied) for change in part}
    newest_first = sorted(changes, key=lambda change: change.at, reverse=True)
    since_text = since.astimezone(UTC).isoformat(timespec="seconds")
    refused = {part.words: part for _, part in parts if isinstance(part, Denied)}
    silent = {subject for subject, part in parts if isinstance(part, Denied)}
    silent |= {subject for subject, _ in names[_MOST:]}
    answered = tuple(dict.fromkeys(subject for subject, _ in parts if subject not in silent))
    told = History(since=since_text, changes=tuple(newest_first), answered=answered)
    return Told(told, tuple(refused.values()))


def _names(findings: Iterable[Finding]) -> Iterator[tuple[str, str]]:
    """Each subject, and the names under which CloudTrail knows the resources in it."""
    seen = set()
    for finding in findings:
        for name in resources(finding.subject):
            if (finding.subject, name) not in seen:
                seen.add((finding.subject, name))
                yield finding.subject, name


def resources(subject: str) -> tuple[str, ...]:
    """CloudTrail's names of what a subject is: ids, an ARN, a role's name; none for hosts and services."""
    if subject.startswith("arn:"):
        arn = subject.partition("#")[0]
        return (arn.rpartition("/")[2],) if ":iam:" in arn else (arn,)
    return tuple(part for part in subject.split("/") if _ID.fullmatch(part))


def _reader(session: Any, spec: Spec, subject: str, name: str, since: datetime) -> Any:
    region = _GLOBAL.get(spec.partition, spec.region) if ":iam:" in subject else spec.region

    def look() -> Iterator[Change]:
        trail = session.client("cloudtrail", region_name=region)
        pages = trail.get_paginator("lookup_events").paginate(
            LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": name}], StartTime=since
        )
        events = (event for page in pages for event in page["Events"] if event.get("ReadOnly") != "true")
        return (_change(subject, event) for event in islice(events, _MOST))

    return look


def _change(subject: str, event: dict[str, Any]) -> Change:
    """One event; who called and how it ended are in the record that it carries as text."""
    record = json.loads(event.get("CloudTrailEvent") or "{}")
    service = event["EventSource"].partition(".")[0]
    return Change(
        subject=subject,
        at=event["EventTime"].astimezone(UTC).isoformat(timespec="seconds"),
        event=f"{service}:{event['EventName']}",
        by=record.get("userIdentity", {}).get("arn") or event.get("Username") or "unknown",
        error=record.get("errorCode"),
    )
