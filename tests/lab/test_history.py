"""``--since``: the run that names the object to change also says who changed it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.lab.catalogue import SCENARIOS, in_lab, like

pytestmark = pytest.mark.lab


def test_the_change_that_broke_a_service_stands_beside_its_finding() -> None:
    """The call that took the rule away, its caller and its time are CloudTrail's."""
    scenario = SCENARIOS["endpoint_sg_blocks_ingress"]
    probing = [sys.executable, "-m", "probe.cli", *like(scenario)]
    command = in_lab(scenario, *probing, "--no-launch", "--since", "1h", "--output", "json")
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(ended.stdout)
    (finding,) = report["findings"]
    newest = report["history"]["changes"][0]
    assert (
        finding["subject"],
        "ec2:RevokeSecurityGroupIngress",
        "arn:aws:iam::123456789012:user/operator",
    ) == (
        newest["subject"],
        newest["event"],
        newest["by"],
    )
