"""Becomes an ordinary user who finds everything where it was, and runs a command.

A script, run by root in a mount namespace of its own: ``unshare --mount python tests/lab/ordinary.py
DIRECTORY... -- COMMAND...``.  An interpreter under ``/root`` is out of another user's reach because of a
directory above it.  That directory is hidden under an empty one, in which the wanted directories appear again
at the paths they had.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from probe.lab.chamber import inside

NOBODY = 65534
_SEARCHED = 0o001


def main(arguments: list[str]) -> None:
    """Show the directories, then be nobody: no group, no capability, no way back."""
    at = arguments.index("--")
    inside.mount("none", "/", None, inside.MS_REC | inside.MS_PRIVATE)
    show([Path(one).resolve() for one in arguments[:at]])
    os.chdir(Path.cwd())  # what was here before may lie under the empty directory
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    os.execvp(arguments[at + 1], arguments[at + 1 :])  # noqa: S606  no shell


def show(wanted: list[Path]) -> None:
    """Make each of the directories reachable by everybody, at its own path.

    They are held open meanwhile: a covered directory can still be bound by its descriptor.
    """
    held = {path: os.open(path, os.O_PATH) for path in wanted}
    for closed in {above for path in wanted if (above := first_closed(path)) is not None}:
        inside.mount("tmpfs", str(closed), "tmpfs", 0)
        closed.chmod(0o755)
    for path, descriptor in held.items():
        path.mkdir(parents=True, exist_ok=True)
        inside.mount(f"/proc/self/fd/{descriptor}", str(path), None, inside.MS_BIND | inside.MS_REC)
        os.close(descriptor)


def first_closed(path: Path) -> Path | None:
    """The highest directory above a path that only its owner may pass."""
    return next((one for one in reversed(path.parents) if not one.stat().st_mode & _SEARCHED), None)


if __name__ == "__main__":
    main(sys.argv[1:])
