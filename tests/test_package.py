"""What is built for others: wheel and sdist hold the function's package, and that is the same each time."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from probe.launch import package

ROOT = Path(__file__).resolve().parent.parent
OF_ONE_MACHINE = re.compile(r"\.pyc$|/bin/|^bin/|dist-info/(RECORD|INSTALLER|REQUESTED|direct_url\.json)$")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that holds a fresh wheel and sdist of this checkout."""
    at = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--target", "sdist"]
    subprocess.run([*command, "--directory", str(at)], check=True, cwd=ROOT, capture_output=True)
    return at


def test_an_installed_run_probe_finds_the_functions_package(built: Path, tmp_path: Path) -> None:
    """The wheel has it beside the modules: nothing is to be built, and no variable to be set."""
    (wheel,) = built.glob("*.whl")
    shutil.unpack_archive(wheel, tmp_path, "zip")
    asked = "from probe.launch import package; print(package.load({}).place)"
    found = subprocess.run(
        [sys.executable, "-c", asked],
        check=True,
        cwd=tmp_path,
        env={"PATH": os.defpath, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert tmp_path / "probe" == Path(found.stdout.strip()).parent


def test_an_sdist_carries_the_functions_package(built: Path) -> None:
    """Whoever builds a wheel of it needs no index."""
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as opened:
        names = [name.partition("/")[2] for name in opened.getnames()]
    assert {"hatch_build.py", f"build/{Path(package.load({}).place).name}"} <= set(names)


def test_the_same_sources_make_the_same_bytes() -> None:
    """One date, one order, one set of rights, and nothing that tells of the machine that built it."""
    with zipfile.ZipFile(package.load({}).place) as opened:
        files = opened.infolist()
    names = [one.filename for one in files]
    assert [] == [name for name in names if OF_ONE_MACHINE.search(name)]
    assert {(1980, 1, 1, 0, 0, 0)} == {one.date_time for one in files}
    assert {0o755, 0o644} == {one.external_attr >> 16 & 0o777 for one in files}
    folders = {name.rpartition("/")[0] for name in (one.rstrip("/") for one in names)}
    for folder in folders:
        here = [name for name in names if name.rstrip("/").rpartition("/")[0] == folder]
        assert sorted(here, key=lambda name: name.rstrip("/")) == here
