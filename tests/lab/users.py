"""Commands as an ordinary user runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.lab.catalogue import DEADLINE, ROOT


def ordinary(home: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A command of this user's, or of nobody's where this one is root; ``more`` is laid over the environment.

    ``home`` is a directory of that user's.
    """
    if os.geteuid() == 0:
        needed = (*dict.fromkeys([sys.base_prefix, sys.prefix]), str(ROOT), str(home))
        become = str(ROOT / "tests/lab/ordinary.py")
        command = ("unshare", "--mount", sys.executable, become, *needed, "--", *command)
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "HOME": str(home)} | more,
    )
