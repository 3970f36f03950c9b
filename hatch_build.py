"""Puts the function's package into what is built, so that an installed run-probe has it.

A checkout builds it by scripts/function-package, unless nothing in it has changed; an sdist carries it.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_INTO = {"wheel": "probe", "sdist": "build"}
"""Where probe/launch/package.py looks: beside the modules, or in a checkout's build/."""


class FunctionPackage(BuildHookInterface):  # type: ignore[misc,type-arg]  # hatchling has no types here
    """The hook that hatchling calls before it gathers files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the package to hatchling; an editable install looks into the checkout."""
        if version != "editable":
            package = self._carried() or self._built()
            build_data["force_include"][str(package)] = f"{_INTO[self.target_name]}/{package.name}"

    def _carried(self) -> Path | None:
        """What an sdist brought along."""
        root = Path(self.root)
        return next(root.glob("build/function-*.zip"), None) if (root / "PKG-INFO").is_file() else None

    def _built(self) -> Path:
        script = Path(self.root) / "scripts/function-package"
        return Path(subprocess.run([script], check=True, stdout=subprocess.PIPE, text=True).stdout.strip())
