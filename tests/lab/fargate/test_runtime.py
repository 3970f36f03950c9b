"""What a container of the process runtime sees, may do, and leaves behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lab.fargate import quarters

pytestmark = pytest.mark.lab

INSIDE = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
STAGE = 'mount -t tmpfs lab /run && exec "$@"'
Seen = dict[str, tuple[int | str, str]]


@pytest.fixture(scope="module")
def seen() -> Seen:
    """Every trial, all in one process in namespaces of its own."""
    program = [sys.executable, "-m", "tests.lab.fargate.quarters"]
    done = subprocess.run(
        [*INSIDE, "sh", "-c", STAGE, "lab", *program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return {name: (code, output) for name, (code, output) in json.loads(done.stdout).items()}


@pytest.mark.parametrize("trial", quarters.TRIALS)
def test_a_container_ends_as_its_program_does(trial: str, seen: Seen) -> None:
    """Exit code and output are the program's own; one that cannot start says so in runc's words."""
    expected = quarters.TRIALS[trial]
    assert (expected.code, expected.output) == seen[trial]


def test_nothing_is_left_on_the_machine(seen: Seen) -> None:
    """What containers wrote outside their volumes is gone with them."""
    assert seen
    left = [path for path in ("/etc/greeting", "/etc/not", "/usr/bin/x", "/results") if Path(path).exists()]
    assert left == []
