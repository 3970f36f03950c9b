"""A program in namespaces of its own, whose end is the end of all it made."""

from __future__ import annotations

import subprocess
import sys

from tests.lab.catalogue import ROOT

_INSIDE = ("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
_STAGE = 'mount -t tmpfs lab /run && ip link set lo up && exec "$@"'


def staged(program: str, *arguments: str) -> str:
    """What a program of the tests (``tests.lab.…``) writes.  Raises AssertionError with its complaint."""
    command = [*_INSIDE, "sh", "-c", _STAGE, "lab", sys.executable, "-m", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout
