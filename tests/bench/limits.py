"""A control group of the bench's own, as large as Fargate's smallest task, for every side."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
PERIOD, QUOTA = 100_000, 25_000
"""Microseconds: a quarter of a processor."""
MEMORY = 512 * 1024 * 1024


@contextmanager
def smallest_task() -> Iterator[tuple[Path, ...]]:
    """The groups to whose ``cgroup.procs`` a process is written: one, or one a controller with version 1."""
    name = f"run-probe-bench-{os.getpid()}"
    if (CGROUPS / "cgroup.controllers").exists():
        settings = {CGROUPS / name: {"cpu.max": f"{QUOTA} {PERIOD}", "memory.max": str(MEMORY)}}
    else:
        settings = {
            CGROUPS / "cpu" / name: {"cpu.cfs_period_us": str(PERIOD), "cpu.cfs_quota_us": str(QUOTA)},
            CGROUPS / "memory" / name: {"memory.limit_in_bytes": str(MEMORY)},
        }
    for group, values in settings.items():
        group.mkdir()
        for file, value in values.items():
            (group / file).write_text(value)
    try:
        yield tuple(settings)
    finally:
        for group in settings:
            group.rmdir()
