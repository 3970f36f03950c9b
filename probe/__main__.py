"""The container's entry: ``python -m probe`` measures, ``python -m probe report GROUP`` tells a code.

Everything is imported where it is used: a reporter must start at once, and the probe must have packets
under way before it reads boto3 from disk.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from probe import results

TOOL_BROKE = 1
"""``Exit.TOOL_BROKE``; reporters do not import ``exits``."""


def main(arguments: Sequence[str]) -> int:
    """The exit code; a fault of the tool itself is 1, with its traceback in the log."""
    try:
        match arguments:
            case ["report", group]:
                return results.read(results.directory(), group)
            case _:
                return _probe(arguments)
    except Exception:  # noqa: BLE001  the one home of a broad except: whatever it is, it is the tool's fault
        import traceback

        traceback.print_exc()
        return TOOL_BROKE


def _probe(arguments: Sequence[str]) -> int:
    # So short a life leaves little to collect, and collecting takes 0.15 s of a quarter CPU's start.
    gc.disable()
    from probe import session

    return session.run(arguments)


def leave(code: int) -> None:
    """End the process now: threads that still wait for the network are not waited for."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
