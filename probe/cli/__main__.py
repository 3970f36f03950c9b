"""``python -m probe.cli`` is ``run-probe``."""

from __future__ import annotations

from probe.cli.entry import main

main()
