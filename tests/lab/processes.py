"""What this machine runs, as /proc shows it: processes below one, and the namespaces that they hold."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

DEADLINE = 60.0
_PROC = Path("/proc")
_NETNS = Path("/run/netns")


def until(true: Callable[[], bool], seconds: float = DEADLINE) -> bool:
    """Whether something became true before the deadline."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False


def descendants(pid: int) -> list[int]:
    """Every process below one."""
    try:
        children = (_PROC / f"{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return []  # it ended while it was looked at
    return [found for child in children for found in (int(child), *descendants(int(child)))]


def alive(pids: Iterable[int]) -> list[int]:
    """Those that still exist."""
    return [pid for pid in pids if (_PROC / str(pid)).exists()]


def namespaces(pids: Iterable[int]) -> set[str]:
    """The namespaces that processes are in, and that this one is not: ``net:[4026532001]``."""
    return set().union(*map(_namespaces, pids)) - _namespaces("self")


def everybody() -> list[int]:
    """Every process of the machine."""
    return [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdecimal()]


def surroundings() -> tuple[str, list[str], list[str]]:
    """This process's mounts, its network interfaces, and the named network namespaces of the machine."""
    named = sorted(one.name for one in _NETNS.iterdir()) if _NETNS.is_dir() else []
    interfaces = sorted(one.name for one in Path("/sys/class/net").iterdir())
    return (_PROC / "self/mountinfo").read_text(), interfaces, named


def _namespaces(pid: int | str) -> set[str]:
    try:
        return {str(one.readlink()) for one in (_PROC / str(pid) / "ns").iterdir()}
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return set()
