"""docs/deploy/smoke-test.yaml, deployed in the lab: what it makes runs, and ends with the network's code."""

from __future__ import annotations

import pytest

from tests.lab.catalogue import SCENARIOS, play

pytestmark = pytest.mark.lab


@pytest.mark.parametrize(
    ("hosts", "code"), [("", 0), ("10.0.0.250:5432", 12)], ids=["healthy", "a-host-that-is-not-there"]
)
def test_a_deployed_probe_ends_with_the_code_of_its_network(hosts: str, code: int) -> None:
    """The stack's own role pulls the image, and the flags of its definition are the probe's."""
    told = play(SCENARIOS["healthy_private"], "deploying.py", hosts)
    assert [code, code] == told.act("ended")["codes"]
