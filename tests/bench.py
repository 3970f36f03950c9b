"""The seconds that this project promises, measured: a table for people, ``--json`` for the next program.

Nothing here judges: a test never asserts a time, since what a machine is busy with decides it.  Started by
``scripts/bench``, from a checkout whose last commit is what is measured.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parents[1]
README = ("scripts/run-probe", "--lab", "endpoint-sg-blocks-ingress", "--like-service", "checkout")


class Row(msgspec.Struct, frozen=True):
    """One promise: what was done, the seconds it took, and the most it should."""

    what: str
    seconds: float
    budget: float


def main() -> None:
    """Measure every promise in turn and print a line as each is known."""
    as_json, rows = "--json" in sys.argv[1:], []
    for row in measured():
        rows.append(msgspec.to_builtins(row))
        if not as_json:
            sys.stdout.write(f"{row.what:<52} {row.seconds:7.1f} s of {row.budget:5.0f} s  {said(row)}\n")
            sys.stdout.flush()
    if as_json:
        sys.stdout.write(json.dumps({"machine": os.uname().machine, "cores": os.cpu_count(), "rows": rows}))


def measured() -> Iterator[Row]:
    """README's command in a fresh clone and again, an empty lab, and scenarios of three kinds."""
    with tempfile.TemporaryDirectory() as place:
        clone = Path(place) / "clone"
        took(["git", "clone", "--quiet", str(ROOT), str(clone)])
        yield Row("README's command in a fresh clone, set-up included", took(README, clone), 180)
        yield Row("README's command, the second time", took(README, clone), 30)
    yield Row("a lab up and down again", took([*lab("healthy-private"), "true"]), 3)
    for name in ("healthy-nat", "healthy-private", "secretsmanager-endpoint-sg-blocks-ingress"):
        seconds = took([*lab(name), sys.executable, "-m", "probe.cli", "--like-service", "checkout"])
        yield Row(f"{name}, probed", seconds, 15)


def lab(scenario: str) -> list[str]:
    """The command line in front of what runs in a scenario's seat."""
    return [sys.executable, "-m", "probe.lab", scenario, "--"]


def took(command: Sequence[str], where: Path = ROOT) -> float:
    """Seconds until a command has ended, however it did."""
    started = time.monotonic()
    subprocess.run(command, cwd=where, capture_output=True, stdin=subprocess.DEVNULL, check=False)
    return time.monotonic() - started


def said(row: Row) -> str:
    """Whether the budget holds, or by how much it does not."""
    over = row.seconds - row.budget
    return "holds" if over <= 0 else f"missed by {over:.1f} s"


if __name__ == "__main__":
    main()
