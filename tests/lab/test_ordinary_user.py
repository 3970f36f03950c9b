"""The lab as an ordinary user has it: no root, no capability, another user's files."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.lab.ordinary import NOBODY
from tests.lab.users import ordinary

pytestmark = pytest.mark.lab


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home directory of the ordinary user's."""
    if os.geteuid() == 0:
        os.chown(tmp_path, NOBODY, NOBODY)
    return tmp_path


def test_the_ordinary_user_is_one(home: Path) -> None:
    """Neither root nor able to become it, in the home that is its own."""
    look = "id -u; grep CapEff /proc/self/status | cut -f 2; touch ~/mine; stat -c %u ~/mine"
    user, capabilities, owner = ordinary(home, "sh", "-c", look).stdout.split()
    assert (False, 0, user) == (user == "0", int(capabilities, 16), owner)


@pytest.mark.parametrize(
    ("name", "code"),
    [("healthy-unbound", 0), ("healthy-dnsmasq", 0), ("endpoint-sg-blocks-ingress", 12)],
    ids=["healthy-unbound", "healthy-dnsmasq", "endpoint-sg-blocks-ingress"],
)
def test_an_ordinary_users_run_ends_as_roots_does(home: Path, name: str, code: int) -> None:
    """The same command, the same verdict: user namespaces are all that it takes, real name servers too."""
    command = [sys.executable, "-m", "probe.cli", "--lab", name, "--like-service", "checkout"]
    ended = ordinary(home, *command)
    assert ended.returncode == code, ended.stderr
    assert "Traceback" not in ended.stderr
