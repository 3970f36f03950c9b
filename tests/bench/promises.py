"""The seconds that the project promises elsewhere: the first command, the lab, the readers, the diagnosis."""

from __future__ import annotations

import random
import string
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from probe.diagnosis import diagnose
from tests.bench import large_vpc
from tests.bench.table import Row

ROOT = Path(__file__).resolve().parents[2]
README = ("scripts/run-probe", "--lab", "endpoint-sg-blocks-ingress", "--like-service", "checkout")
PROBED = ("healthy-nat", "healthy-private", "secretsmanager-endpoint-sg-blocks-ingress")
MIB = 1024 * 1024


def rows() -> Iterator[Row]:
    """README's command in a fresh clone and again, an empty lab, scenarios of three kinds, the readers."""
    with tempfile.TemporaryDirectory() as place:
        clone = Path(place) / "clone"
        took(["git", "clone", "--quiet", str(ROOT), str(clone)])
        yield Row("README's command in a fresh clone, set-up included", took(README, clone), "s", 180)
        yield Row("README's command, the second time", took(README, clone), "s", 30)
    yield Row("a lab up and down again", took([*lab("healthy-private"), "true"]), "s", 3)
    for name in PROBED:
        seconds = took([*lab(name), sys.executable, "-m", "probe.cli", "--like-service", "checkout"])
        yield Row(f"{name}, probed", seconds, "s", 15)
    yield Row("run-probe explain, of 1 MiB of noise", explained(), "s")
    yield Row(f"the diagnosis of {large_vpc.SIZE}", diagnosed(), "s", 0.5)


def explained() -> float:
    """Seconds to say that noise says nothing."""
    noise = "".join(random.Random(7).choices(string.printable.replace("\n", ""), k=MIB))  # noqa: S311  noise
    return took([sys.executable, "-m", "probe.cli", "explain", "-"], given=noise)


def diagnosed() -> float:
    """Seconds to name what blocks one endpoint in every subnet of a large VPC."""
    case = large_vpc.case()
    started = time.perf_counter()
    diagnose(case)
    return time.perf_counter() - started


def lab(scenario: str) -> list[str]:
    """The command line in front of what runs in a scenario's seat."""
    return [sys.executable, "-m", "probe.lab", scenario, "--"]


def took(command: Sequence[str], where: Path = ROOT, given: str = "") -> float:
    """Seconds until a command has ended, however it did."""
    started = time.monotonic()
    subprocess.run(command, cwd=where, capture_output=True, input=given, text=True, check=False)
    return time.monotonic() - started
