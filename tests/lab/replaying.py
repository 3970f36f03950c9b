"""Reports diagnosed again, one after another, by one process that the caller has put where no network is.

Reads the name of a file a line; answers each with a line of JSON: run-probe's exit code and its stdout.
"""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stdout

from probe.cli import main


def replayed(file: str) -> tuple[int, str]:
    """What ``run-probe --replay FILE --output json`` ends with and prints."""
    printed = io.StringIO()
    try:
        with redirect_stdout(printed):
            main(["--replay", file, "--output", "json"])
    except SystemExit as end:
        return int(end.code or 0), printed.getvalue()


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(replayed(line.rstrip("\n"))) + "\n")
        sys.stdout.flush()
