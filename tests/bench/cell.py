"""One command where the task is, timed: its network namespace, its name server, the limits."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

METER = str(Path(__file__).with_name("meter.py"))
_HERE = """
set -e
mount --bind "$1" "${2%/}/etc/resolv.conf"
if [ "$2" != / ]; then
    mount -t proc proc "$2/proc"
    mount -t tmpfs tmpfs "$2/tmp"
    mount -t tmpfs -o mode=777 tmpfs "$2/results"
    cp "$3" "$2/tmp/authorities.pem"
fi
for group in $4; do echo $$ >"$group/cgroup.procs"; done
root=$2
shift 4
echo
[ "$root" = / ] && exec "$@"
exec chroot --userspec=65532:65532 "$root" "$@"
"""
"""Its empty line is where the clock starts: what comes before is the bench's own."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Where the sides run.  ``image`` is the mounted root file system of the probe's image."""

    namespace: str
    resolv_conf: Path
    authorities: Path
    groups: tuple[Path, ...]
    image: Path


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How one command ended.

    ``seconds`` until it did, ``peak`` resident MiB of its largest process, ``lines`` of standard output
    with the second at which each came.
    """

    seconds: float
    peak: float
    code: int
    lines: tuple[tuple[float, str], ...]
    errors: str


def run(cell: Cell, *command: str, environment: Mapping[str, str], in_image: bool) -> Ended:
    """Run a command to its end; ``in_image`` it sees the image's files and is the image's user."""
    with tempfile.TemporaryDirectory() as place:
        peak, errors = Path(place) / "peak", Path(place) / "errors"
        running = subprocess.Popen(
            [sys.executable, "-I", "-S", METER, str(peak), *_entered(cell, in_image=in_image), *command],
            env={"PATH": os.environ["PATH"], **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors.open("w"),
            text=True,
        )
        with running:
            assert running.stdout is not None
            running.stdout.readline()
            started = time.monotonic()
            lines = tuple((time.monotonic() - started, line) for line in running.stdout)
            code = running.wait()
            seconds = time.monotonic() - started
        return Ended(
            seconds=seconds,
            peak=int(peak.read_text()) / 1024,
            code=code,
            lines=lines,
            errors=errors.read_text(),
        )


def _entered(cell: Cell, *, in_image: bool) -> list[str]:
    """What stands before a command and brings it there."""
    place = str(cell.image) if in_image else "/"
    given = [str(cell.resolv_conf), place, str(cell.authorities), " ".join(map(str, cell.groups))]
    return ["nsenter", f"--net={cell.namespace}", "unshare", "--mount", "sh", "-c", _HERE, "sh", *given]
