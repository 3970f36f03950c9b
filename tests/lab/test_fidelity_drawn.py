"""Drawn VPCs: what the kernel does with packets is what configuration says, in every one of them.

The kernel's rules are compiled from AWS's state by the lab, the verdict is read from AWS's answers by
run-probe: two programs that share no line.  ``RUN_PROBE_VPCS=500`` draws more, ``RUN_PROBE_SEED`` others.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import Any

import pytest

from tests.lab.fidelity.stage import staged

pytestmark = pytest.mark.lab

SEED = os.environ.get("RUN_PROBE_SEED", "7")
VPCS = int(os.environ.get("RUN_PROBE_VPCS", "40"))
PARTS = ("egress", "ingress", "nacl-in", "nacl-out", "reply", "route")
LEAST, BLOCKED, UNKNOWN = 0.05, (0.3, 0.7), 0.1
"""Shares of the flows: the least that a part decides alone, what is blocked, the most that is unknown."""


@pytest.fixture(scope="module")
def flows() -> list[dict[str, Any]]:
    """Every flow of every VPC: what configuration says, what packets did, and which parts decided."""
    told = staged("tests.lab.fidelity.comparison", SEED, str(VPCS))
    return [json.loads(line) for line in told.splitlines()]


def test_no_packet_contradicts_the_configuration(flows: list[dict[str, Any]]) -> None:
    """What is said to pass arrives, and what is said to be blocked vanishes."""
    contrary = {("allows", "vanish"), ("blocks", "arrive")}
    wrong = [one for one in flows if (one["evidence"], one["packets"]) in contrary]
    assert wrong == [], f"seed {SEED}"


def test_little_is_left_unknown(flows: list[dict[str, Any]]) -> None:
    """With everything read, only what lies beyond the VPC or admits a part of the ports is unknown."""
    unknown = [one for one in flows if one["evidence"] == "unknown"]
    assert len(unknown) <= UNKNOWN * len(flows)


def test_the_draws_are_balanced(flows: list[dict[str, Any]]) -> None:
    """Each part of the configuration decides a share of the flows alone; neither outcome is rare."""
    alone = Counter(one["decided"][0] for one in flows if len(one["decided"]) == 1)
    shares = {part: alone[part] / len(flows) for part in PARTS}
    blocked = sum(one["packets"] == "vanish" for one in flows) / len(flows)
    assert (min(shares.values()) >= LEAST, BLOCKED[0] <= blocked <= BLOCKED[1]) == (True, True), shares
