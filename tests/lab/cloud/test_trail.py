"""CloudTrail's event history: pages that neither repeat nor lose an event while new ones come in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from probe.lab.cloud import Cloud
from tests.lab.cloud.callers import Caller, allow, role


@pytest.fixture
def caller(cloud: Cloud, request: pytest.FixtureRequest) -> Caller:
    return role(cloud, request.node.name[:60], allow("cloudtrail:LookupEvents", "sts:GetCallerIdentity"))


def test_no_event_is_on_two_pages(caller: Caller) -> None:
    """Every look is itself an event, in front of the others; the next page begins where it would have."""
    sts, trail = caller.client("sts"), caller.client("cloudtrail")
    for _ in range(7):
        sts.get_caller_identity()
    pages = trail.get_paginator("lookup_events").paginate(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "GetCallerIdentity"}],
        PaginationConfig={"PageSize": 2},
    )
    found = []
    for page in pages:
        found += [event["EventId"] for event in page["Events"]]
        sts.get_caller_identity()
    before = len(found)
    assert (True, before) == (before >= 7, len(set(found)))


def test_a_token_that_was_never_given_is_refused(caller: Caller, refused: Callable[..., Any]) -> None:
    """The history's own error, and no first page once more."""
    look = caller.client("cloudtrail").lookup_events
    assert "InvalidNextTokenException" == refused(look, NextToken="7")[0]
