"""The sides of ``seat`` as rows: what is compared with what.  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from tests.bench.table import Row

SIXTH = 1 / 6
LARGEST = 8.0
"""MB, compressed, that the image may add to its base."""


def rows(sides: Mapping[str, Any], added: int) -> Iterator[Row]:
    """Every comparison; ``added`` is what the image adds to its base, compressed, in bytes."""
    probe, bare, by_hand = sides["probe"], sides["bare"], sides["by hand"]
    yield Row("a healthy run of 8 services", probe["seconds"], "s")
    yield Row("… its part before the first packet", probe["first packet"], "s")
    yield Row("the script that a person would run instead", by_hand["seconds"], "s")
    yield Row("… the run, in scripts by hand", probe["seconds"] / by_hand["seconds"], "x", SIXTH)
    yield Row("a Python process that imports boto3 and makes one call", bare["seconds"], "s")
    yield Row("… the run, in such processes", probe["seconds"] / bare["seconds"], "x", 2)
    yield from _exporter(sides)
    yield _dropped(sides["dropped"])
    yield Row("peak memory of a healthy run", probe["peak"], "MiB", 96)
    yield Row("the image over its base, compressed", added / 1e6, "MB", LARGEST)
    yield from _growth(sides)
    yield from _imports(sides["imports"])


def _exporter(sides: Mapping[str, Any]) -> Iterator[Row]:
    ours, theirs = sides["to TLS"]["seconds"], sides["exporter"]["seconds"]
    yield Row("DNS, TCP and TLS of the same targets by prometheus-blackbox-exporter", theirs, "s")
    yield Row("… the same part of the run, in exporters", ours / theirs, "x")


def _dropped(side: Mapping[str, float]) -> Row:
    waited = (side["seconds"] - side["start"]) / side["patience"]
    return Row("everything dropped, start-up aside, in connection time-outs", waited, "x", 1.15)


def _growth(sides: Mapping[str, Any]) -> Iterator[Row]:
    """Each size against the one before, which has an eighth of its targets."""
    sizes = [name for name in sides if name.endswith(" targets")]
    for fewer, more in pairwise(sizes):
        for what, unit in (("seconds", "s"), ("peak", "MiB")):
            grown = sides[more][what] / sides[fewer][what]
            yield Row(f"{more}, up to HTTP ({sides[more][what]:.1f} {unit}), in those of {fewer}", grown, "x")


def _imports(packages: Mapping[str, float]) -> Iterator[Row]:
    """The dearest packages of a healthy run, by ``-X importtime``, waits for the processor included."""
    yield Row("imports of a healthy run, all of them", sum(packages.values()), "s")
    for name, took in list(packages.items())[:5]:
        yield Row(f"… {name}", took, "s")
