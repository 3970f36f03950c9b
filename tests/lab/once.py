"""One run in a lab's seat, and no more.

Started by the lab: ``python tests/lab/once.py ARGUMENT...`` with run-probe's own arguments.  Writes one JSON
object to stdout.
"""

from __future__ import annotations

import sys

from tests.lab.rehearsal import probed, told

if __name__ == "__main__":
    told("first", probed(*sys.argv[1:]))
