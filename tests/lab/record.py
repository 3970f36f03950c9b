"""Writes tests/recordings from the lab: ``python -m tests.lab.record [SCENARIO…]``, all without a name."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from probe.report import replay
from probe.report.document import Report
from tests.lab.catalogue import AT_ONCE, SCENARIOS, in_lab, like
from tests.recordings import FOLDER, write


def main(names: list[str]) -> None:
    """One recording a scenario, and none of what is no scenario any more."""
    wanted = [name.replace("-", "_") for name in names] or list(SCENARIOS)
    FOLDER.mkdir(exist_ok=True)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for name, report in zip(wanted, pool.map(probed, wanted), strict=True):
            write(name, replay.case(report), report.findings)
            sys.stderr.write(
                f"recorded {name}: {', '.join(one.code for one in report.findings) or 'nothing'}\n"
            )
    for path in FOLDER.glob("*.json"):
        if path.stem not in SCENARIOS:
            path.unlink()


def probed(name: str) -> Report:
    """The report of one run in a lab of its own."""
    scenario = SCENARIOS[name]
    probing = [sys.executable, "-m", "probe.cli", *like(scenario), "--output", "json"]
    ended = subprocess.run(in_lab(scenario, *probing), capture_output=True, check=False)
    return replay.load(ended.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
