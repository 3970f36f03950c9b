"""The long counts: what ``scripts/test`` tries a few times, tried for half an hour and more."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping

from tests.bench import promises
from tests.bench.table import Row

LABS = 200
SEEDS = range(10)
SOAKED = ("--hypothesis-profile=soak",)
TESTS: Mapping[str, tuple[str, ...]] = {
    "10,000 mutated task definitions": ("tests/requirements/test_mutations.py", *SOAKED),
    "500 VPCs: evidence against packets": ("tests/lab/test_properties.py", *SOAKED),
}
CATALOGUE = ("tests/lab/test_scenarios.py", "tests/lab/test_fixes.py")


def rows() -> Iterator[Row]:
    """What failed of each count, and the catalogue's minutes."""
    for what, arguments in TESTS.items():
        yield Row(f"{what}, failed", failed(*arguments), "", 0)
    kills = sum(failed("tests/lab/test_killed.py", RUN_PROBE_SEED=str(seed)) for seed in SEEDS)
    yield Row(f"runs killed at any moment, with {len(SEEDS)} seeds, failed", kills, "", 0)
    yield Row(f"{LABS} labs up and down again, failed", labs(), "", 0)
    started = time.monotonic()
    yield Row("the catalogue, its fixes executed, failed", failed(*CATALOGUE), "", 0)
    yield Row("the catalogue, its fixes executed", time.monotonic() - started, "s", 300)


def failed(*arguments: str, **variables: str) -> int:
    """How many tests of these did not pass; one that could not even be collected counts."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(
        command, cwd=promises.ROOT, env=os.environ | variables, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.stderr.write(done.stdout)
    counts = re.findall(r"(\d+) (?:failed|error)", done.stdout)
    return sum(map(int, counts)) or int(done.returncode != 0)


def labs() -> int:
    """How many labs did not come up, or left a namespace of theirs behind."""
    before = _namespaces()
    ended = [subprocess.run([*promises.lab("healthy-private"), "true"], check=False) for _ in range(LABS)]
    return sum(one.returncode != 0 for one in ended) + len(_namespaces() - before)


def _namespaces() -> frozenset[str]:
    listed = subprocess.run(
        ["lsns", "--noheadings", "--output=NS"], capture_output=True, text=True, check=True
    )
    return frozenset(listed.stdout.split())
