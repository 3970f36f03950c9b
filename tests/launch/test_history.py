"""Who changed what a finding is about: the names CloudTrail is asked for, and what is made of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError

from probe.launch import history
from probe.model import Change, Confidence, Finding, Spec

SPEC = Spec(
    region="eu-north-1", account="123456789012", cluster="prod", subnets=("subnet-1",), security_groups=()
)
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
GROUP = "sg-0123456789abcdef0"

SUBJECTS = {
    "an id": (GROUP, (GROUP,)),
    "a route": ("rtb-0123456789abcdef0/0.0.0.0/0", ("rtb-0123456789abcdef0",)),
    "a rule of an ACL": ("acl-0123456789abcdef0/egress/100", ("acl-0123456789abcdef0",)),
    "an endpoint and a table": (
        "vpce-0123456789abcdef0/rtb-01234567",
        ("vpce-0123456789abcdef0", "rtb-01234567"),
    ),
    "a role": ("arn:aws:iam::123456789012:role/team/checkout", ("checkout",)),
    "a secret's key": (
        "arn:aws:secretsmanager:eu-north-1:123456789012:secret:db-AbCdEf#password",
        ("arn:aws:secretsmanager:eu-north-1:123456789012:secret:db-AbCdEf",),
    ),
    "a host": ("db.internal:5432", ()),
    "a service": ("com.amazonaws.eu-north-1.s3", ()),
}


@pytest.mark.parametrize(("subject", "names"), SUBJECTS.values(), ids=SUBJECTS.keys())
def test_a_subject_is_looked_for_under_cloudtrails_names(subject: str, names: tuple[str, ...]) -> None:
    """Ids, an ARN or a role's name; what is no resource has none."""
    assert names == history.resources(subject)


class Trail:
    """A session whose CloudTrail has these events, or refuses."""

    def __init__(self, events: list[dict[str, Any]], refusal: str | None = None) -> None:
        self.events, self.refusal = events, refusal
        self.asked: list[tuple[str, str]] = []

    def client(self, _: str, region_name: str) -> Trail:
        self.region = region_name
        return self

    def get_paginator(self, _: str) -> Trail:
        return self

    def paginate(self, **given: Any) -> list[dict[str, Any]]:
        self.asked.append((self.region, given["LookupAttributes"][0]["AttributeValue"]))
        if self.refusal:
            raise ClientError({"Error": {"Code": self.refusal, "Message": "not today"}}, "LookupEvents")
        return [{"Events": self.events[:1]}, {"Events": self.events[1:]}]


def event(name: str, *, reads: str = "false", record: str = "{}") -> dict[str, Any]:
    """One event as LookupEvents answers it."""
    source = {"EventSource": "ec2.amazonaws.com", "EventName": name, "Username": "ann"}
    return source | {"EventTime": AT, "ReadOnly": reads, "CloudTrailEvent": record}


def finding(subject: str = GROUP) -> Finding:
    """A finding about a subject."""
    return Finding(
        code="task-sg-blocks-egress",
        subject=subject,
        confidence=Confidence.CORROBORATED,
        title="t",
        explanation="e",
        docs="d",
    )


def test_write_events_are_changes_with_their_caller_and_their_refusal() -> None:
    """Reads are left out; the record says who called and whether the call was refused."""
    arn = "arn:aws:iam::123456789012:user/ann"
    record = json.dumps({"userIdentity": {"arn": arn}, "errorCode": "Client.Unauthorized"})
    read, written = "DescribeSecurityGroups", "RevokeSecurityGroupEgress"
    events = [event(read, reads="true"), event(written, record=record)]
    told = history.read(Trail(events), SPEC, [finding()], AT)
    change = Change(
        subject=GROUP,
        at="2026-01-02T03:04:05+00:00",
        event="ec2:RevokeSecurityGroupEgress",
        by=arn,
        error="Client.Unauthorized",
    )
    assert ((change,), ()) == (told.history.changes, told.refused)


def test_a_refused_look_is_said_and_not_taken_for_no_change() -> None:
    """AWS's words and the action come back beside an empty history, which nobody answered for."""
    told = history.read(Trail([], "AccessDeniedException"), SPEC, [finding()], AT)
    assert [("cloudtrail:LookupEvents", "AccessDeniedException: not today")] == [
        (one.action, one.words) for one in told.refused
    ]
    assert () == told.history.answered


def test_what_was_not_asked_for_is_not_answered() -> None:
    """A host has no name in CloudTrail, and of many subjects only the first are asked for."""
    groups = [f"sg-{number:017x}" for number in range(12)]
    told = history.read(Trail([]), SPEC, [finding("db.internal:5432"), *map(finding, groups)], AT)
    assert tuple(groups[:10]) == told.history.answered


@pytest.mark.parametrize(
    ("partition", "region"),
    [
        ("aws", "us-east-1"),
        ("aws-cn", "cn-north-1"),
        ("aws-us-gov", "us-gov-west-1"),
        ("aws-eusc", "eu-north-1"),
    ],
)
def test_roles_are_looked_for_where_iams_events_are(partition: str, region: str) -> None:
    """IAM writes its events in one region of each partition, whatever the task's."""
    trail, spec = Trail([]), msgspec.structs.replace(SPEC, partition=partition)
    role = finding(f"arn:{partition}:iam::123456789012:role/checkout")
    history.read(trail, spec, [role, finding()], AT)
    assert [(region, "checkout"), ("eu-north-1", GROUP)] == trail.asked
