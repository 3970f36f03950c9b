"""run-probe: one file a subcommand, with its options above it; ``main`` is where every error ends."""

from __future__ import annotations

from probe.cli.entry import main

__all__ = ["main"]
