"""What ``-X importtime`` says, by top-level package."""

from __future__ import annotations

import re
from collections import Counter

_LINE = re.compile(r"^import time:\s+(\d+) \|\s+\d+ \|\s+([\w.]+)$")


def packages(text: str) -> dict[str, float]:
    """Seconds that each package's modules took to import by themselves, the longest first."""
    found: Counter[str] = Counter()
    for line in text.splitlines():
        if said := _LINE.match(line):
            found[said[2].partition(".")[0]] += int(said[1])
    return {name: took / 1e6 for name, took in found.most_common()}
