"""The scripts set themselves up, and say in one line what is missing where they cannot."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parent.parent / "scripts"


def machine(at: Path, *has: str, python: str | None = None) -> dict[str, str]:
    """The environment of a machine that has these commands and no others, and perhaps a Python."""
    for command in has:
        where = shutil.which(command)
        assert where is not None
        (at / command).symlink_to(where)
    if python is not None:
        (at / "python3").write_text(python)
        (at / "python3").chmod(0o755)
    return {"PATH": str(at), "HOME": str(at)}


@pytest.mark.parametrize("script", sorted(SCRIPTS.iterdir()), ids=lambda script: script.name)
def test_a_script_is_plain_sh(script: Path) -> None:
    """Every script is executable, short, starts with a line that says what it does, and parses as sh."""
    lines = script.read_text().splitlines()
    parsed = subprocess.run(["sh", "-n", str(script)], capture_output=True, text=True, check=False)
    assert (lines[0], lines[1][:2], parsed.returncode) == ("#!/bin/sh", "# ", 0)
    assert script.stat().st_mode & 0o111 != 0


def test_a_missing_package_is_named_with_the_line_to_type(tmp_path: Path) -> None:
    """Where apt-get cannot be used, the script ends with 2 and prints what to install."""
    ended = subprocess.run(
        [str(SCRIPTS / "packages"), "sh=dash", "no-such-command=nftables"],
        capture_output=True,
        text=True,
        check=False,
        env=machine(tmp_path, "sh", "id"),
    )
    line = "run-probe: missing on this machine: nftables; as root, install with: apt-get install nftables\n"
    assert (ended.returncode, ended.stderr) == (2, line)


def test_an_old_python_is_refused(tmp_path: Path) -> None:
    """Where no Python is new enough, the script ends with 2 and says which one it needs."""
    ended = subprocess.run(
        [str(SCRIPTS / "venv"), "desk", "requirements-desk.txt"],
        capture_output=True,
        text=True,
        check=False,
        env=machine(tmp_path, "sh", "dirname", "readlink", "false", python="#!/bin/sh\nexit 1\n"),
    )
    said = "no Python to run with: none of 3.11 or newer found; install one: apt-get install python3"
    assert (ended.returncode, ended.stderr) == (2, f"run-probe: {said}\n")
