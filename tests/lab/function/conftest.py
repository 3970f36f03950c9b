"""One lab for all tests about functions, in which every errand is run once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

Errands = Callable[[str, str], dict[str, Any]]


@pytest.fixture(scope="session")
def at_desk() -> Errands:
    """Runs a program at the desk of a scenario's lab, and gives the JSON that it wrote."""

    def run(scenario: str, module: str) -> dict[str, Any]:
        lab = [sys.executable, "-m", "probe.lab", scenario, "--", sys.executable, "-m", module]
        done = subprocess.run(lab, capture_output=True, text=True, check=False, timeout=180)
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return run


@pytest.fixture(scope="session")
def said(at_desk: Errands) -> dict[str, Any]:
    """What every errand brought back from a healthy lab."""
    return at_desk("healthy-private", "tests.lab.function.errands")
