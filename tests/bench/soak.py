"""The long counts: what ``scripts/test`` tries a few times, tried for half an hour and more."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from tests.bench import promises
from tests.bench.table import Row

MANY: Mapping[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "10,000 mutated task definitions": (
        ("tests/requirements/test_mutations.py", "--hypothesis-profile=soak"),
        {},
    ),
    "500 drawn VPCs, evidence against packets": (
        ("tests/lab/test_fidelity_drawn.py",),
        {"RUN_PROBE_VPCS": "500"},
    ),
    "200 labs up and down again": (("tests/lab/test_confinement.py",), {"RUN_PROBE_LABS": "200"}),
}
"""Each count to the tests that take it from the environment or from hypothesis."""
SEEDS = range(10)
CATALOGUE = ("tests/lab/test_scenarios.py", "tests/lab/test_fixes.py")
SIDE_BY_SIDE = 2


def rows() -> Iterator[Row]:
    """What failed of each count, and the catalogue's minutes."""
    for what, (arguments, variables) in MANY.items():
        yield Row(f"{what}, failed", failed(*arguments, **variables), "", 0)
    kills = sum(failed("tests/lab/test_killed.py", RUN_PROBE_SEED=str(seed)) for seed in SEEDS)
    yield Row(f"runs killed at any moment, with {len(SEEDS)} seeds, failed", kills, "", 0)
    started = time.monotonic()
    yield Row("the catalogue, its fixes executed, failed", failed(*CATALOGUE), "", 0)
    yield Row("the catalogue, its fixes executed", time.monotonic() - started, "s", 300)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as catalogues:
        disturbed = sum(catalogues.map(lambda _: failed(*CATALOGUE), range(SIDE_BY_SIDE)))
    yield Row(f"{SIDE_BY_SIDE} catalogues side by side, failed", disturbed, "", 0)


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
