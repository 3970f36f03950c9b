"""``meter.py FILE COMMAND...``: runs a command and writes the resident KiB of its largest process to a file.

Small itself, and started without site: a process begins with its parent's memory, and is billed for it.
"""

from __future__ import annotations

import os
import sys


def main(file: str, *command: str) -> int:
    """The command's exit code."""
    child = os.fork()
    if child == 0:
        os.execvp(command[0], command)  # noqa: S606  a command is what it is for
    _, status, used = os.wait4(child, 0)
    with open(file, "w") as written:  # noqa: PTH123  pathlib would be a third of this process
        written.write(str(used.ru_maxrss))
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
