"""The function's package is found where it was built or named, and says what it was built for."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from probe.launch import package
from probe.launch.refused import RefusedError


def a_zip(at: Path, name: str, text: str) -> Path:
    with zipfile.ZipFile(at, "w") as opened:
        opened.writestr(name, text)
    return at


def test_the_environment_names_the_package(tmp_path: Path) -> None:
    """Runtime and architecture come from the file in it, the code is the zip itself."""
    built = a_zip(tmp_path / "f.zip", "function.json", '{"runtime": "python3.12", "architecture": "arm64"}')
    found = package.load({package.VARIABLE: str(built)})
    assert ("python3.12", "arm64", built.read_bytes()) == (found.runtime, found.architecture, found.code)


@pytest.mark.parametrize(
    ("name", "text"),
    [(None, ""), ("other", ""), ("function.json", "{}")],
    ids=["absent", "without-the-file", "file-unreadable"],
)
def test_without_one_the_message_says_what_to_run(tmp_path: Path, name: str | None, text: str) -> None:
    """It names the file that was looked for, and the script that builds it."""
    place = tmp_path / "f.zip"
    if name is not None:
        a_zip(place, name, text)
    with pytest.raises(RefusedError) as refused:
        package.load({package.VARIABLE: str(place)})
    assert (True, "run scripts/function-package") == (str(place) in str(refused.value), refused.value.advice)
