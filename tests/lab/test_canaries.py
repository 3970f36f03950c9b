"""No secret is written anywhere: not whole, not in part, not in another alphabet."""

from __future__ import annotations

import re

import pytest

from probe.lab.scenario import load
from tests.lab.canary_scenario import CANARIES, fragments
from tests.lab.catalogue import ROOT, Rehearsal, like, play

pytestmark = pytest.mark.lab

ACTS = ("report", "text", "described", "function", "container", "logs", "files")
TOKENS = re.compile(
    r"X-Amz-(?:Signature|Credential|Security-Token)=|AWS4-HMAC-SHA256|QVdTOg"
    r"|Authorization['\"]?: ?[^, ]*(?:Basic|Bearer)"
)
"""What a presigned query, a signed header, ECR's token (``AWS:`` in base64) and other headers look like."""


@pytest.fixture(scope="module")
def played() -> Rehearsal:
    """One lab, in which run-probe is used in every way against the service with canaries."""
    scenario = load(ROOT / "tests/lab/canary_scenario.py")
    return play(scenario, "listening.py", *like(scenario))


def written(played: Rehearsal, act: str) -> dict[str, str]:
    """What one act wrote, by where."""
    return {where: text for where, text in played.act(act).items() if isinstance(text, str)}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("canary", CANARIES)
def test_no_part_of_a_secret_is_written(played: Rehearsal, act: str, canary: str) -> None:
    """Neither to a stream, a report, a log event nor a file, by whichever carrier and at whichever level."""
    found = {
        (where, part)
        for where, text in written(played, act).items()
        for part in fragments(CANARIES[canary])
        if part in text
    }
    assert found == set()


@pytest.mark.parametrize("act", ACTS)
def test_no_token_is_written(played: Rehearsal, act: str) -> None:
    """Neither a presigned query nor a header that authorises."""
    assert {} == {
        where: TOKENS.findall(text) for where, text in written(played, act).items() if TOKENS.search(text)
    }


def test_the_secrets_were_read(played: Rehearsal) -> None:
    """What was to be kept quiet was there to be told: every canary's reference was read to its end."""
    (run,) = played.report("report")["runs"]
    codes = {one["failure"]["code"] for one in run["observations"] if one["failure"]}
    passed = {one["reference"] for one in run["observations"] if one["status"] == "pass" and one["reference"]}
    read = {
        "whole",
        "keyed",
        "login",
        "/checkout/plain",
        "/checkout/secure",
        "referenced",
        "fits.env",
        "extra.conf",
    }
    assert {"key-missing", "not-json", "binary", "line-too-long"} <= codes
    assert set() == {name for name in read if not any(name in reference for reference in passed)}


def test_a_fault_of_the_tool_was_told(played: Rehearsal) -> None:
    """The container at DEBUG printed a traceback, its lines, and nothing that a library wanted to log."""
    heard = played.act("container")
    assert ("Traceback" in heard["stderr"], "probe.finished" in heard["stdout"]) == (True, True)
    assert "DEBUG:botocore" not in heard["stderr"]


def test_what_was_not_read_did_not_pass(played: Rehearsal) -> None:
    """Without reading secrets and writing logs, those cells are skipped, or failed as before."""
    report = played.report("described")
    cells = {
        cell["target"]: cell["status"]
        for cell in report["matrix"]
        if cell["layer"] == "call" and cell["needed"]
    }
    assert ("skip", "skip", "fail") == (cells["secretsmanager"], cells["logs"], cells["ssm"])
