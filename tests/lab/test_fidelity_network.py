"""Packets through compiled VPCs: what AWS's documentation says happens, happens in the kernel."""

from __future__ import annotations

import json

import pytest

from tests.lab.fidelity.documented import FAULTS, FLOWS, RULES
from tests.lab.fidelity.stage import staged
from tests.lab.flows import Flow

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def seen() -> dict[str, str]:
    """The outcome of every flow, all tried in one process in namespaces of its own."""
    outcomes: dict[str, str] = json.loads(staged("tests.lab.fidelity.trial"))
    return outcomes


ROWS = [
    pytest.param(flow, id=f"{page.rpartition('/')[2].removesuffix('.html')}-{flow.name}")
    for page, rules in ({**RULES, "faults": FAULTS}).items()
    for flow in rules
]


@pytest.mark.parametrize("flow", ROWS)
def test_a_flow_ends_as_the_documentation_says(flow: Flow, seen: dict[str, str]) -> None:
    """The other side sees the expected address, or nothing arrives."""
    assert flow.outcome == seen[flow.name]


def test_every_rule_has_its_own_name() -> None:
    """Two rows of one name would be told apart by nobody."""
    assert len({flow.name for flow in FLOWS}) == len(FLOWS)
