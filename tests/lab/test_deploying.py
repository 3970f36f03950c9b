"""docs/deploy/smoke-test.yaml, deployed in the lab: what it makes runs, and ends with the network's code."""

from __future__ import annotations

import pytest

from tests.event_patterns import matches, of_rule
from tests.lab.catalogue import SCENARIOS, play

pytestmark = pytest.mark.lab


@pytest.mark.parametrize(
    ("hosts", "code"), [("", 0), ("10.0.0.250:5432", 12)], ids=["healthy", "a-host-that-is-not-there"]
)
def test_a_deployed_probe_ends_with_the_code_of_its_network(hosts: str, code: int) -> None:
    """The stack's own role pulls the image, and who subscribed hears of another code than 0 and of no other.

    An event's detail is what DescribeTasks says: the lab has no EventBridge.
    """
    ended = play(SCENARIOS["healthy_private"], "deploying.py", hosts).act("ended")
    rule = of_rule("OnFailure", ended["definition"])
    events = [
        {"source": "aws.ecs", "detail-type": "ECS Task State Change", "detail": task}
        for task in ended["tasks"]
    ]
    codes = [task["containers"][0]["exitCode"] for task in ended["tasks"]]
    heard = [matches(rule, event) for event in events]
    assert ([code, code], [code != 0] * 2) == (codes, heard)
