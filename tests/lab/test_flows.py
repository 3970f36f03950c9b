"""Packets through compiled VPCs: what AWS's rules say happens, happens in the kernel."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.lab import flows

pytestmark = pytest.mark.lab

INSIDE = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
STAGE = 'mount -t tmpfs lab /run && ip link set lo up && exec "$@"'


@pytest.fixture(scope="module")
def seen() -> dict[str, str]:
    """The outcome of every flow, all tried in one process in namespaces of its own."""
    program = [sys.executable, "-m", "tests.lab.flows"]
    done = subprocess.run(
        [*INSIDE, "sh", "-c", STAGE, "lab", *program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    outcomes: dict[str, str] = json.loads(done.stdout)
    return outcomes


@pytest.mark.parametrize("flow", flows.FLOWS, ids=lambda flow: flow.name)
def test_a_flow_ends_as_the_configuration_says(flow: flows.Flow, seen: dict[str, str]) -> None:
    """The other side sees the expected address, or nothing arrives."""
    assert flow.outcome == seen[flow.name]
