"""``scripts/bench [--json | --readme] [--soak] [--rounds N]``: what the project promises, measured here.

Nothing here judges: a test never asserts a time, since what a machine is busy with decides it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from tests.bench import comparison, promises, soak, table
from tests.lab import containers

README = promises.ROOT / "README.md"
SCENARIO = Path(__file__).with_name("eight_services.py")


def main(arguments: list[str]) -> int:
    """Measure everything and print a line as each is known."""
    options = parser().parse_args(arguments)
    found = []
    for row in measured(options):
        found.append(row)
        (sys.stderr if options.json else sys.stdout).write(f"{table.line(row)}\n")
        sys.stdout.flush()
    today = dt.datetime.now(dt.UTC).date().isoformat()
    bench = table.Bench(date=today, machine=machine(), rows=tuple(found))
    if options.json:
        sys.stdout.write(msgspec.json.encode(bench).decode() + "\n")
    if options.readme:
        README.write_text(table.pasted(README.read_text(), table.markdown(bench)))
    return 0


def parser() -> argparse.ArgumentParser:
    """The bench's options."""
    made = argparse.ArgumentParser(
        prog="scripts/bench", description="Measure what is promised, here and now."
    )
    made.add_argument("--json", action="store_true", help="the rows as JSON; the lines go to stderr")
    made.add_argument("--readme", action="store_true", help="write the table into README.md")
    made.add_argument("--soak", action="store_true", help="the long counts as well: half an hour and more")
    made.add_argument("--rounds", type=int, default=3, help="of which the one in the middle counts (3)")
    return made


def measured(options: argparse.Namespace) -> Iterator[table.Row]:
    """The comparison first, then the promises, then the long counts where they are asked for."""
    with mounted(containers.image()) as root:
        yield from comparison.rows(compared(root, options.rounds), containers.added())
    yield from promises.rows()
    if options.soak:
        yield from soak.rows()


def compared(root: Path, rounds: int) -> Mapping[str, Any]:
    """What the seat says of every side."""
    command = [*promises.lab(str(SCENARIO)), sys.executable, "-m", "tests.bench.seat", str(root), str(rounds)]
    done = subprocess.run(command, cwd=promises.ROOT, stdout=subprocess.PIPE, text=True, check=True)
    sides: dict[str, Any] = json.loads(done.stdout)
    return sides


@contextmanager
def mounted(image: str) -> Iterator[Path]:
    """The image's root file system."""
    root = containers.said("podman", "image", "mount", image)
    try:
        yield Path(root)
    finally:
        containers.said("podman", "image", "unmount", image)


def machine() -> str:
    """Processors, their model, and the kernel."""
    models = re.findall(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    model = (models or [platform.machine()])[0]
    return f"{os.cpu_count()} of {model}, {platform.system()} {platform.release()}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
